package dev.sessionstore.store.memory.disk;

/** How a file's frames are kept from being read or altered. Not thread-safe: a thread has its own. */
interface Sealing {
    /** As they are. */
    Sealing NONE = new Sealing() {
        @Override
        public void seal(ByteWriter bytes, int from, long number) {}

        @Override
        public int open(byte[] bytes, int length, long number) {
            return length;
        }

        @Override
        public int openUnchecked(byte[] bytes, int length, long number) {
            return length;
        }
    };

    /** Closes what stands from there to the end, which may become longer. */
    void seal(ByteWriter bytes, int from, long number);

    /**
     * Opens in place what {@link #seal} closed under that number.
     *
     * @return the length of what is open now, or -1 if this is not what was closed
     */
    int open(byte[] bytes, int length, long number);

    /** The same without the check: for telling what a damaged frame may have held. */
    int openUnchecked(byte[] bytes, int length, long number);
}
