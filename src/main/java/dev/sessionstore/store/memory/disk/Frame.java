package dev.sessionstore.store.memory.disk;

/** A frame's place for a reader to fill, again and again. */
final class Frame {
    byte[] bytes = new byte[1 << 16];
    int length;
    long number;
    /** Where its header begins in the file. */
    long offset;

    int bodyCrc;

    Frame copy() {
        Frame copy = new Frame();
        copy.bytes = bytes.clone();
        copy.length = length;
        copy.number = number;
        copy.offset = offset;
        copy.bodyCrc = bodyCrc;
        return copy;
    }

    /** So large at least; what a rare large one took is given back. */
    void reserve(int wanted) {
        if (bytes.length < wanted || bytes.length > (1 << 20) && wanted < (1 << 18)) {
            bytes = new byte[Math.max(wanted, 1 << 16)];
        }
    }
}
