package dev.sessionstore.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The application's data: a JSON object as compact UTF-8 bytes, checked once on its way in. A read copies these bytes
 * and parses nothing. This class knows no JSON; who makes one promises that the bytes are a valid object without
 * insignificant white space.
 *
 * <p>Immutable and thread-safe.
 */
public final class Attributes {
    public static final Attributes NONE = new Attributes("{}".getBytes(StandardCharsets.US_ASCII));

    private final byte[] json;

    private Attributes(byte[] json) {
        this.json = json;
    }

    /** Takes the array over: the caller must not change it any more. */
    public static Attributes ofCheckedJson(byte[] compactObject) {
        return new Attributes(compactObject);
    }

    /** The bytes as they are held, not a copy: for reading only. */
    public byte[] json() {
        return json;
    }

    /** In bytes. */
    public int size() {
        return json.length;
    }

    /** By stored text: {@code 1.0} and {@code 1.00} differ, and so do two orders of the same members. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    /** The size only: attributes may hold anything, passwords too. */
    @Override
    public String toString() {
        return "Attributes[" + json.length + " bytes]";
    }
}
