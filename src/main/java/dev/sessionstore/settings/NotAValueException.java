package dev.sessionstore.settings;

/** A text is no value of its {@link Kind}; the message says why and what would be right, and follows a source's name. */
final class NotAValueException extends Exception {
    private static final long serialVersionUID = 1;

    NotAValueException(String message) {
        super(message);
    }
}
