package dev.sessionstore.store.memory.disk;

import java.util.zip.CRC32C;

/** Puts frames around what is written, for one file; {@link FrameReader} takes them off. Not thread-safe. */
final class FrameWriter {
    /** Length, number, check of the body, check of the header. */
    static final int HEADER_SIZE = 4 + 8 + 4 + 4;

    static final int NUMBER_AT = 4;
    static final int BODY_CRC_AT = 12;
    static final int HEADER_CRC_AT = 16;

    /** No frame is longer: a reader refuses one that says so before it allocates. */
    static final int MAX_BODY = 48 << 20;

    private final FileHeader file;
    private final Sealing sealing;
    private final CRC32C crc = new CRC32C();

    FrameWriter(FileHeader file, Sealing sealing) {
        this.file = file;
        this.sealing = sealing;
    }

    /** Opens a frame at the end of these bytes; its body is written after it. Returns where it begins. */
    int begin(ByteWriter out) {
        return out.skip(HEADER_SIZE);
    }

    /** Closes the frame that began there. */
    void end(ByteWriter out, int start, long number) {
        int body = start + HEADER_SIZE;
        sealing.seal(out, body, number);
        int length = out.length() - body;
        if (length > MAX_BODY) {
            throw new IllegalStateException("a record is " + length + " bytes; the limit is " + MAX_BODY);
        }
        byte[] bytes = out.array();
        crc.reset();
        crc.update(bytes, body, length);
        ByteWriter.INT.set(bytes, start, length);
        ByteWriter.LONG.set(bytes, start + NUMBER_AT, number);
        ByteWriter.INT.set(bytes, start + BODY_CRC_AT, (int) crc.getValue());
        ByteWriter.INT.set(bytes, start + HEADER_CRC_AT, headerCrc(crc, file, bytes, start));
    }

    static int headerCrc(CRC32C crc, FileHeader file, byte[] bytes, int start) {
        crc.reset();
        crc.update(file.id(), 0, file.id().length);
        crc.update(bytes, start, HEADER_CRC_AT);
        return (int) crc.getValue();
    }
}
