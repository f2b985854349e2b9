package dev.sessionstore.store.memory.disk;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a file.
 *
 * @param id random: frames are checked and encrypted with it, so that one from another file is noticed
 * @param base of a journal: the number before that of its first change; of a snapshot: the number of the last change
 *     that is in it for certain
 * @param keyId of the data key; 0: the file is plain
 * @param createdAt epoch milliseconds
 * @param about of a snapshot: about how many records it will have; 0: unknown
 */
record FileHeader(Kind kind, byte[] id, long base, long keyId, long createdAt, int about) {
    static final int SIZE = 64;
    static final int VERSION = 1;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;
    private static final int VERSION_AT = 8;
    private static final int ID_AT = 16;
    private static final int BASE_AT = 32;
    private static final int KEY_ID_AT = 40;
    private static final int CREATED_AT = 48;
    private static final int ABOUT_AT = 56;
    private static final int CRC_AT = 60;

    enum Kind {
        JOURNAL("SESSJRNL", "journal"),
        SNAPSHOT("SESSSNAP", "snapshot");

        final byte[] magic;
        final String word;

        Kind(String magic, String word) {
            this.magic = magic.getBytes(StandardCharsets.US_ASCII);
            this.word = word;
        }
    }

    static FileHeader ofJournal(long base, long keyId, long now) {
        return new FileHeader(Kind.JOURNAL, randomId(), base, keyId, now, 0);
    }

    static FileHeader ofSnapshot(long base, long keyId, long now, long about) {
        return new FileHeader(Kind.SNAPSHOT, randomId(), base, keyId, now, (int) Math.min(Integer.MAX_VALUE, about));
    }

    private static byte[] randomId() {
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        return id;
    }

    byte[] encode() {
        byte[] bytes = new byte[SIZE];
        System.arraycopy(kind.magic, 0, bytes, 0, kind.magic.length);
        ByteWriter.INT.set(bytes, VERSION_AT, VERSION);
        System.arraycopy(id, 0, bytes, ID_AT, ID_BYTES);
        ByteWriter.LONG.set(bytes, BASE_AT, base);
        ByteWriter.LONG.set(bytes, KEY_ID_AT, keyId);
        ByteWriter.LONG.set(bytes, CREATED_AT, createdAt);
        ByteWriter.INT.set(bytes, ABOUT_AT, about);
        ByteWriter.INT.set(bytes, CRC_AT, crc(bytes));
        return bytes;
    }

    /** Whether these bytes are as they were written. */
    static boolean isWhole(byte[] bytes) {
        return (int) ByteWriter.INT.get(bytes, CRC_AT) == crc(bytes);
    }

    static boolean hasMagic(byte[] bytes, Kind kind) {
        return Arrays.equals(bytes, 0, kind.magic.length, kind.magic, 0, kind.magic.length);
    }

    static int version(byte[] bytes) {
        return (int) ByteWriter.INT.get(bytes, VERSION_AT);
    }

    static FileHeader decode(byte[] bytes, Kind kind) {
        return new FileHeader(
                kind,
                Arrays.copyOfRange(bytes, ID_AT, ID_AT + ID_BYTES),
                (long) ByteWriter.LONG.get(bytes, BASE_AT),
                (long) ByteWriter.LONG.get(bytes, KEY_ID_AT),
                (long) ByteWriter.LONG.get(bytes, CREATED_AT),
                (int) ByteWriter.INT.get(bytes, ABOUT_AT));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
