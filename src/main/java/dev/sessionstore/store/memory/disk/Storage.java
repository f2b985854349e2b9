package dev.sessionstore.store.memory.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The files of one directory, by their plain names. Thread-safe; its files are not. */
interface Storage {
    List<String> names() throws IOException;

    Source open(String name) throws IOException;

    /** A new file, empty, for its owner alone. */
    Sink create(String name) throws IOException;

    /** A file that is there, to be written from its beginning on. */
    Sink overwrite(String name) throws IOException;

    /** What is in that file survives a power cut after this. */
    void force(String name) throws IOException;

    /** Cuts a file, so that it survives a power cut cut. */
    void truncate(String name, long size) throws IOException;

    /** In one step, over what has that name now. */
    void rename(String from, String to) throws IOException;

    /** One that is not there is as good as deleted. */
    void delete(String name) throws IOException;

    /** After this the files that are here survive a power cut under their present names. */
    void sync() throws IOException;

    /** How much more this process could write. */
    long usableBytes() throws IOException;

    /** A file to read. */
    interface Source extends Closeable {
        long size() throws IOException;

        /**
         * Fills the buffer from there on.
         *
         * @throws java.io.EOFException if the file ends before
         */
        void read(long position, ByteBuffer into) throws IOException;

        /** Appends what is between these two positions. */
        default void copyTo(Sink to, long from, long end) throws IOException {
            ByteBuffer chunk = ByteBuffer.allocate(1 << 18);
            for (long at = from; at < end; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
                read(at, chunk);
                to.append(chunk.flip());
            }
        }

        @Override
        void close() throws IOException;
    }

    /** A file to write at its end. {@link #force} may be called by another thread than the rest. */
    interface Sink extends Closeable {
        /** All of it, or an exception; then a part may be there. */
        void append(ByteBuffer bytes) throws IOException;

        /** What was written before this call survives a power cut after it. */
        void force() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }
}
