package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one file in their order and tells a file that ends too early from one that was altered. A frame
 * whose header is whole and whose end is missing was being written when the power or the process went; one that is
 * there and wrong was not written so.
 *
 * <p>{@link #next} is for one thread at a time; {@link #check} for any, each with a frame and a sealing of its own.
 */
final class FrameReader {
    private static final int CHUNK = 1 << 18;
    /** A disk writes no less at once: where such a piece is missing, a file may read as zeros. */
    private static final int SECTOR = 512;
    /** That many zeros at the end of a record are no chance. */
    private static final int TELLING_ZEROS = 16;

    private final String name;
    private final Storage.Source source;
    private final long size;
    private final FileHeader header;
    private final CRC32C crc = new CRC32C();
    private final byte[] chunk = new byte[CHUNK];
    private long chunkAt;
    private int chunkLength;
    private long offset;
    private long number;
    private boolean isTorn;
    private boolean isUnused;

    private FrameReader(String name, Storage.Source source, FileHeader header, long size) {
        this.name = name;
        this.source = source;
        this.header = header;
        this.size = size;
        offset = FileHeader.SIZE;
        number = header.kind() == FileHeader.Kind.JOURNAL ? header.base() : 0;
    }

    /**
     * Reads the file's header.
     *
     * @return null if the file ends before its header does
     * @throws DamagedException if the header was altered
     * @throws DirectoryException if it is of a newer version
     */
    static @Nullable FrameReader open(String name, Storage.Source source, FileHeader.Kind kind) throws IOException {
        byte[] bytes = headerOf(source);
        if (bytes == null) {
            return null;
        }
        if (!FileHeader.isWhole(bytes)) {
            throw new DamagedException(name, 0, "its header is not as it was written");
        }
        if (!FileHeader.hasMagic(bytes, kind)) {
            throw new DamagedException(name, 0, "it is no " + kind.word);
        }
        if (FileHeader.version(bytes) > FileHeader.VERSION) {
            throw new DirectoryException(name + " has format " + FileHeader.version(bytes)
                    + "; this version reads up to " + FileHeader.VERSION + ": start the version that wrote it");
        }
        return new FrameReader(name, source, FileHeader.decode(bytes, kind), source.size());
    }

    /** For salvage: takes the header as it is. */
    static @Nullable FrameReader openAsItIs(String name, Storage.Source source, FileHeader.Kind kind)
            throws IOException {
        byte[] bytes = headerOf(source);
        return bytes == null ? null : new FrameReader(name, source, FileHeader.decode(bytes, kind), source.size());
    }

    private static byte @Nullable [] headerOf(Storage.Source source) throws IOException {
        if (source.size() < FileHeader.SIZE) {
            return null;
        }
        byte[] bytes = new byte[FileHeader.SIZE];
        source.read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    FileHeader header() {
        return header;
    }

    String name() {
        return name;
    }

    long size() {
        return size;
    }

    /** Where the next frame begins; after the last one, where the file should end. */
    long offset() {
        return offset;
    }

    /** The number of the last frame that was read, or the base. */
    long number() {
        return number;
    }

    /** After the end: whether there is more, of a frame that was never finished. */
    boolean isTorn() {
        return isTorn;
    }

    /** Of a torn one: whether there is nothing but zeros, as in room that was held back and not needed. */
    boolean isUnused() {
        return isUnused;
    }

    /**
     * The next frame, its body yet unchecked. False: the end.
     *
     * @throws DamagedException if its header was altered or is not the next one's
     */
    boolean next(Frame frame) throws IOException {
        long left = size - offset;
        if (left < FrameWriter.HEADER_SIZE) {
            isTorn = left > 0;
            return false;
        }
        isUnused = false;
        int at = chunked(FrameWriter.HEADER_SIZE);
        if (!isWholeHeader(at)) {
            if (isUnwrittenFromWithin(FrameWriter.HEADER_SIZE)) {
                isTorn = true;
                return false;
            }
            throw damaged("the header of a record is not as it was written");
        }
        int length = (int) ByteWriter.INT.get(chunk, at);
        long found = (long) ByteWriter.LONG.get(chunk, at + FrameWriter.NUMBER_AT);
        if (length < 0 || length > FrameWriter.MAX_BODY) {
            throw damaged("a record says it is " + length + " bytes; the limit is " + FrameWriter.MAX_BODY);
        }
        if (found != number + 1) {
            throw damaged("here is record " + found + " where " + (number + 1) + " belongs");
        }
        if (length > left - FrameWriter.HEADER_SIZE) {
            isTorn = true;
            return false;
        }
        take(frame, at, length, found);
        return true;
    }

    private void take(Frame frame, int at, int length, long found) throws IOException {
        frame.bodyCrc = (int) ByteWriter.INT.get(chunk, at + FrameWriter.BODY_CRC_AT);
        frame.number = found;
        frame.offset = offset;
        frame.length = length;
        frame.reserve(length);
        long body = offset + FrameWriter.HEADER_SIZE;
        if (length <= CHUNK / 4) {
            offset = body;
            System.arraycopy(chunk, chunked(length), frame.bytes, 0, length);
        } else {
            source.read(body, ByteBuffer.wrap(frame.bytes, 0, length));
        }
        offset = body + length;
        number = found;
    }

    /**
     * The next frame of a journal, checked and opened. False: the end, which may be {@link #isTorn torn}.
     *
     * @throws DamagedException if the frame was altered or is not the next one
     */
    boolean next(Frame frame, Sealing sealing) throws IOException {
        if (!next(frame)) {
            return false;
        }
        if (!isWholeBody(frame) && isUnwritten(frame)) {
            return false;
        }
        check(frame, sealing);
        return true;
    }

    /** Whether the body is as it was written. */
    private static boolean isWholeBody(Frame frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame.bytes, 0, frame.length);
        return (int) crc.getValue() == frame.bodyCrc;
    }

    /**
     * Checks the body and opens it in place.
     *
     * @throws DamagedException if it was altered
     */
    void check(Frame frame, Sealing sealing) {
        if (!isWholeBody(frame)) {
            throw new DamagedException(name, frame.offset, "a record is not as it was written");
        }
        if (!sealing.open(frame)) {
            throw new DamagedException(
                    name, frame.offset, "a record is not what was encrypted here: it was altered, or moved");
        }
    }

    /**
     * After a frame whose body is not whole: whether it was never written to its end, which reads as zeros from the
     * beginning of a sector to the end of the file. Then that frame is where the file should end.
     */
    private boolean isUnwritten(Frame frame) throws IOException {
        long next = offset;
        offset = frame.offset;
        if (isUnwrittenFromWithin((int) (next - offset))) {
            number = frame.number - 1;
            isTorn = true;
            return true;
        }
        offset = next;
        return false;
    }

    private boolean isUnwrittenFromWithin(int frameLength) throws IOException {
        long zeros = startOfZeros();
        if (zeros == offset) {
            isUnused = size - offset >= SECTOR;
            return true;
        }
        long sector = (zeros + SECTOR - 1) / SECTOR * SECTOR;
        return sector < offset + frameLength && size - sector >= TELLING_ZEROS;
    }

    /** From where on there are only zeros; not before the present offset. */
    private long startOfZeros() throws IOException {
        byte[] bytes = new byte[CHUNK];
        long end = size;
        while (end > offset) {
            int length = (int) Math.min(CHUNK, end - offset);
            source.read(end - length, ByteBuffer.wrap(bytes, 0, length));
            for (int i = length - 1; i >= 0; i--) {
                if (bytes[i] != 0) {
                    return end - length + i + 1;
                }
            }
            end -= length;
        }
        return offset;
    }

    /** For salvage: goes on behind the damage, at the next header that is whole. False: there is none. */
    boolean skipDamage() throws IOException {
        for (offset++; size - offset >= FrameWriter.HEADER_SIZE; offset++) {
            int at = chunked(FrameWriter.HEADER_SIZE);
            int length = (int) ByteWriter.INT.get(chunk, at);
            long found = (long) ByteWriter.LONG.get(chunk, at + FrameWriter.NUMBER_AT);
            if (length >= 0
                    && length <= size - offset - FrameWriter.HEADER_SIZE
                    && found > number
                    && isWholeHeader(at)) {
                number = found - 1;
                return true;
            }
        }
        offset = size;
        return false;
    }

    private boolean isWholeHeader(int at) {
        return FrameWriter.headerCrc(crc, header, chunk, at)
                == (int) ByteWriter.INT.get(chunk, at + FrameWriter.HEADER_CRC_AT);
    }

    private DamagedException damaged(String what) {
        return new DamagedException(name, offset, what);
    }

    /** Where in the chunk the bytes at the offset are; so many of them, which must be there. */
    private int chunked(int length) throws IOException {
        if (offset < chunkAt || offset + length > chunkAt + chunkLength) {
            chunkAt = offset;
            chunkLength = (int) Math.min(CHUNK, size - offset);
            source.read(offset, ByteBuffer.wrap(chunk, 0, chunkLength));
        }
        return (int) (offset - chunkAt);
    }
}
