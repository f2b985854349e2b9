package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * An attribute that cannot be written as JSON, or whose JSON cannot be read as what was asked for. The message names the
 * attribute and the type, never the value.
 */
public final class AttributeFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message without the value
     * @param cause null where its message would repeat the value
     */
    public AttributeFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
