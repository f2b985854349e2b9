package dev.sessionstore.store.memory.disk;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (NIST SP 800-38D). The nonce is the frame's number, which never comes twice under a file's own key; the
 * file's header is authenticated with each frame.
 */
final class GcmSealing implements Sealing {
    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int NUMBER_AT = 4;
    /** Where GCM's counter stands when the first block of data is encrypted. */
    private static final int FIRST_COUNTER = 2;

    private final SecretKeySpec key;
    private final byte[] header;
    private final Cipher gcm;
    private byte[] spare = {};

    GcmSealing(byte[] key, byte[] header) {
        this.key = new SecretKeySpec(key, "AES");
        this.header = header;
        gcm = cipher("AES/GCM/NoPadding");
    }

    private static Cipher cipher(String transformation) {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + transformation, e);
        }
    }

    @Override
    public void seal(ByteWriter bytes, int from, long number) {
        int length = bytes.length() - from;
        bytes.skip(TAG_BYTES);
        try {
            start(Cipher.ENCRYPT_MODE, number);
            gcm.doFinal(bytes.array(), from, length, bytes.array(), from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame cannot be encrypted", e);
        }
    }

    @Override
    public boolean open(Frame frame) {
        if (frame.length < TAG_BYTES) {
            return false;
        }
        try {
            start(Cipher.DECRYPT_MODE, frame.number);
            // Into other bytes: Java would decrypt in place by way of a new array.
            spare = spare.length < frame.length ? new byte[frame.bytes.length] : spare;
            int length = gcm.doFinal(frame.bytes, 0, frame.length, spare, 0);
            byte[] closed = frame.bytes;
            frame.bytes = spare;
            frame.length = length;
            spare = closed;
            return true;
        } catch (AEADBadTagException notWhatWasClosed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame cannot be decrypted", e);
        }
    }

    private void start(int mode, long number) throws GeneralSecurityException {
        gcm.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce(number)));
        gcm.updateAAD(header);
    }

    @Override
    public void openUnchecked(Frame frame) {
        frame.length = Math.max(0, frame.length - TAG_BYTES);
        byte[] counter = Arrays.copyOf(nonce(frame.number), 16);
        counter[15] = FIRST_COUNTER;
        try {
            Cipher ctr = cipher("AES/CTR/NoPadding");
            ctr.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
            frame.length = ctr.doFinal(frame.bytes, 0, frame.length, frame.bytes, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a frame cannot be decrypted", e);
        }
    }

    private static byte[] nonce(long number) {
        byte[] nonce = new byte[NONCE_BYTES];
        ByteWriter.LONG.set(nonce, NUMBER_AT, number);
        return nonce;
    }
}
