package dev.sessionstore.settings;

import java.nio.charset.StandardCharsets;

/** A key that an operator gave. Prints as {@code ****}, so that no log or exception can spell it by accident. */
public final class Secret {
    static final String MASK = "****";

    private final String text;

    Secret(String text) {
        this.text = text;
    }

    public String reveal() {
        return text;
    }

    /** A fresh array of the text's UTF-8 bytes. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
