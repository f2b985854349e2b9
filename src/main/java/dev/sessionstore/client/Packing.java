package dev.sessionstore.client;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Makes bytes fewer where that is possible: one byte says whether the rest is deflated (RFC 1951). */
final class Packing {
    private static final byte PLAIN = 0;
    private static final byte DEFLATED = 1;

    /** More than a cookie's worth of bytes ever has been: somebody else made that. */
    private static final int LONGEST = 256 << 10;

    private Packing() {}

    /** @throws LimitExceededException if {@link #unpack} would refuse the result */
    static byte[] pack(byte[] plain) {
        if (plain.length > LONGEST) {
            throw new LimitExceededException(
                    "the session is " + plain.length + " bytes; the limit is " + LONGEST, "session-too-large", null);
        }
        byte[] packed = new byte[1 + plain.length];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            int length = deflater.deflate(packed, 1, plain.length);
            if (deflater.finished() && length < plain.length) {
                packed[0] = DEFLATED;
                return Arrays.copyOf(packed, 1 + length);
            }
        } finally {
            deflater.end();
        }
        packed[0] = PLAIN;
        System.arraycopy(plain, 0, packed, 1, plain.length);
        return packed;
    }

    /** @throws IllegalArgumentException if it is nothing that {@link #pack} made */
    static byte[] unpack(byte[] packed) {
        if (packed.length == 0 || packed[0] != PLAIN && packed[0] != DEFLATED) {
            throw new IllegalArgumentException("packed in an unknown way");
        }
        if (packed[0] == PLAIN) {
            return Arrays.copyOfRange(packed, 1, packed.length);
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, 1, packed.length - 1);
            byte[] plain = new byte[4 * packed.length];
            int length = inflater.inflate(plain);
            while (length == plain.length && length < LONGEST) {
                plain = Arrays.copyOf(plain, Math.min(2 * length, LONGEST));
                length += inflater.inflate(plain, length, plain.length - length);
            }
            if (!inflater.finished()) {
                throw new IllegalArgumentException("packed wrongly, or too long");
            }
            return Arrays.copyOf(plain, length);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("packed wrongly", e);
        } finally {
            inflater.end();
        }
    }
}
