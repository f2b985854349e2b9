package dev.sessionstore.wire;

/** The text is no JSON that this service takes. The message says where and what, and nothing of what the text holds. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedJsonException(int byteOffset, String what) {
        // Without a stack trace: a caller's mistake, and there may be many of them.
        super(what + " at byte " + byteOffset, null, false, false);
    }
}
