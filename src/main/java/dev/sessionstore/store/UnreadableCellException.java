package dev.sessionstore.store;

/**
 * What stands under a key is not what any version up to this one wrote. Not a failure of the engine.
 *
 * <p>The bytes are kept for {@link Engine#discard}, which must not hit what somebody else put there meanwhile.
 */
public final class UnreadableCellException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;

    /** @param message what is wrong, without any of the content */
    public UnreadableCellException(String message, byte[] bytes) {
        super(message, null, false, false);
        this.bytes = bytes;
    }

    public byte[] bytes() {
        return bytes;
    }
}
