package dev.sessionstore.store;

import dev.sessionstore.core.SessionKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes to be read once, checked at each step. Not thread-safe. */
final class ByteSource {
    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    private void need(long count) throws UnreadableCellException {
        if (count > bytes.length - at) {
            throw unreadable("it ends too early");
        }
    }

    UnreadableCellException unreadable(String why) {
        return new UnreadableCellException(why, bytes);
    }

    int read() throws UnreadableCellException {
        need(1);
        return bytes[at++] & 0xff;
    }

    long read(int width) throws UnreadableCellException {
        need(width);
        long value = 0;
        for (int end = at + width; at < end; at++) {
            value = value << 8 | bytes[at] & 0xff;
        }
        return value;
    }

    long readTime() throws UnreadableCellException {
        return read(6);
    }

    SessionKey readKey() throws UnreadableCellException {
        return new SessionKey(read(8), read(8));
    }

    long readNumber() throws UnreadableCellException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = read();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw unreadable("a number is too long");
    }

    byte[] readBytes(long count) throws UnreadableCellException {
        need(count);
        at += (int) count;
        return Arrays.copyOfRange(bytes, at - (int) count, at);
    }

    byte[] readSized() throws UnreadableCellException {
        return readBytes(readNumber());
    }

    String readText() throws UnreadableCellException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(readSized()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable("a text is not UTF-8");
        }
    }

    byte[] readRest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    void expectEnd() throws UnreadableCellException {
        if (at < bytes.length) {
            throw unreadable("it goes on after its end");
        }
    }
}
