package dev.sessionstore.store.memory.disk;

/** How a file's frames are kept from being read or altered. Not thread-safe: a thread has its own. */
interface Sealing {
    /** As they are. */
    Sealing NONE = new Sealing() {
        @Override
        public void seal(ByteWriter bytes, int from, long number) {}

        @Override
        public boolean open(Frame frame) {
            return true;
        }

        @Override
        public void openUnchecked(Frame frame) {}
    };

    /** Closes what stands from there to the end, which may become longer. */
    void seal(ByteWriter bytes, int from, long number);

    /** Opens what {@link #seal} closed. False: this is not what was closed, and the frame is as it was. */
    boolean open(Frame frame);

    /** The same without the check: for telling what a damaged frame may have held. */
    void openUnchecked(Frame frame);
}
