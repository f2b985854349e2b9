package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/** An attempt without a usable answer. */
final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the node may have done what was asked. */
    final boolean sent;
    /** Whether it tells anything about the node: a connection that was closed while nobody used it does not. */
    final boolean nodeFailed;

    NoAnswerException(String message, boolean sent, boolean nodeFailed, @Nullable Throwable cause) {
        super(message, cause);
        this.sent = sent;
        this.nodeFailed = nodeFailed;
    }

    /** What came is nothing that the service says. */
    static NoAnswerException junk(String what) {
        return new NoAnswerException("what came is no answer of this service: " + what, true, true, null);
    }
}
