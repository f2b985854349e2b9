package dev.sessionstore.wire;

/**
 * One field that has a value it cannot have.
 *
 * @param pointer where, as RFC 6901 says; empty for the whole body
 * @param detail the rule and its limit, and nothing of what the field holds but a short number
 */
public record FieldFault(String pointer, String detail) {

    /** A step of a pointer: the name with {@code ~} and {@code /} escaped, after a slash. */
    static String step(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
