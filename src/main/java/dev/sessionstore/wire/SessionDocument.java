package dev.sessionstore.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One session as answers show it. Times are epoch milliseconds.
 *
 * @param id only for a caller that gave it or receives a new one
 * @param handle its ASCII characters. Not a copy: for reading only.
 * @param expiresAt {@link #NEVER} if nothing ends it
 * @param idleTimeoutSeconds 0 for none
 * @param absoluteTimeoutSeconds 0 for none
 * @param endsAt {@link #NEVER} for none
 * @param attributes a compact object, or null to leave them out. Not a copy: for reading only.
 */
public record SessionDocument(
        @Nullable String id,
        byte[] handle,
        String namespace,
        @Nullable String principal,
        @Nullable String label,
        boolean permanent,
        long version,
        long createdAt,
        long lastAccessedAt,
        long expiresAt,
        long idleTimeoutSeconds,
        long absoluteTimeoutSeconds,
        long endsAt,
        byte @Nullable [] attributes) {

    /** Stands for "nothing ends it". Written as {@code null}, as a timeout of 0 is. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final byte[] ID = ascii("\"id\":");
    private static final byte[] HANDLE = ascii("\"handle\":");
    private static final byte[] NAMESPACE = ascii(",\"namespace\":");
    private static final byte[] PRINCIPAL = ascii(",\"principal\":");
    private static final byte[] LABEL = ascii(",\"label\":");
    private static final byte[] PERMANENT = ascii(",\"permanent\":true,\"version\":");
    private static final byte[] NOT_PERMANENT = ascii(",\"permanent\":false,\"version\":");
    private static final byte[] CREATED_AT = ascii(",\"createdAt\":");
    private static final byte[] LAST_ACCESSED_AT = ascii(",\"lastAccessedAt\":");
    private static final byte[] EXPIRES_AT = ascii(",\"expiresAt\":");
    private static final byte[] IDLE_TIMEOUT = ascii(",\"idleTimeoutSeconds\":");
    private static final byte[] ABSOLUTE_TIMEOUT = ascii(",\"absoluteTimeoutSeconds\":");
    private static final byte[] ENDS_AT = ascii(",\"endsAt\":");
    private static final byte[] ATTRIBUTES = ascii(",\"attributes\":");
    private static final byte[] NULL = ascii("null");

    /** Compact JSON, its fields in the contract's order. */
    public byte[] toJson() {
        // To the byte, so that the array that is filled is the one that is sent.
        byte[] json = new byte[length()];
        write(json, 0);
        return json;
    }

    /** Writes {@link #toJson()} from there on; returns where it ends, {@link #length()} bytes later. */
    public int write(byte[] to, int at) {
        Writer out = new Writer(to, at);
        out.put((byte) '{');
        if (id != null) {
            out.put(ID);
            out.string(id);
            out.put((byte) ',');
        }
        out.put(HANDLE);
        out.put((byte) '"');
        out.put(handle);
        out.put((byte) '"');
        out.put(NAMESPACE);
        out.string(namespace);
        if (principal != null) {
            out.put(PRINCIPAL);
            out.string(principal);
        }
        if (label != null) {
            out.put(LABEL);
            out.string(label);
        }
        out.put(permanent ? PERMANENT : NOT_PERMANENT);
        out.number(version);
        out.put(CREATED_AT);
        out.time(createdAt);
        out.put(LAST_ACCESSED_AT);
        out.time(lastAccessedAt);
        out.put(EXPIRES_AT);
        out.time(expiresAt);
        out.put(IDLE_TIMEOUT);
        out.timeout(idleTimeoutSeconds);
        out.put(ABSOLUTE_TIMEOUT);
        out.timeout(absoluteTimeoutSeconds);
        out.put(ENDS_AT);
        out.time(endsAt);
        if (attributes != null) {
            out.put(ATTRIBUTES);
            out.put(attributes);
        }
        out.put((byte) '}');
        return out.at;
    }

    /** Writes {@link #toJson()} there. */
    public void appendTo(ByteArrayOutputStream out) {
        out.writeBytes(toJson());
    }

    /** Of {@link #toJson()}, in bytes. */
    public int length() {
        int length = 2
                + HANDLE.length
                + handle.length
                + 2
                + NAMESPACE.length
                + JsonStrings.length(namespace)
                + (permanent ? PERMANENT.length : NOT_PERMANENT.length)
                + digits(version)
                + CREATED_AT.length
                + timeLength(createdAt)
                + LAST_ACCESSED_AT.length
                + timeLength(lastAccessedAt)
                + EXPIRES_AT.length
                + timeLength(expiresAt)
                + IDLE_TIMEOUT.length
                + timeoutLength(idleTimeoutSeconds)
                + ABSOLUTE_TIMEOUT.length
                + timeoutLength(absoluteTimeoutSeconds)
                + ENDS_AT.length
                + timeLength(endsAt);
        if (id != null) {
            length += ID.length + JsonStrings.length(id) + 1;
        }
        if (principal != null) {
            length += PRINCIPAL.length + JsonStrings.length(principal);
        }
        if (label != null) {
            length += LABEL.length + JsonStrings.length(label);
        }
        if (attributes != null) {
            length += ATTRIBUTES.length + attributes.length;
        }
        return length;
    }

    private static int timeLength(long time) {
        return time == NEVER ? NULL.length : Times.LENGTH + 2;
    }

    private static int timeoutLength(long seconds) {
        return seconds == 0 ? NULL.length : digits(seconds);
    }

    /** Of a number that is not negative. */
    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a document as {@link #toJson} writes it, which {@link JsonText#compact} made or checked. Fields that a newer
     * service may add are passed over.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SessionDocument parse(byte[] compactJson) {
        return SessionDocumentReader.read(Slice.of(compactJson));
    }

    /** Its attributes, each as compact JSON by name, in their order; {@link #attributes} must not be null. */
    public Map<String, byte[]> members() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        Members members = new Members(Slice.of(Objects.requireNonNull(attributes, "without attributes")));
        while (members.next()) {
            all.put(members.name(), members.value().bytes());
        }
        return all;
    }

    /** The handle and version: nothing that is secret. */
    @Override
    public String toString() {
        return "SessionDocument[" + new String(handle, StandardCharsets.US_ASCII) + " v" + version + "]";
    }

    private static final class Writer {
        private final byte[] bytes;
        private int at;

        Writer(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        void put(byte each) {
            bytes[at++] = each;
        }

        void put(byte[] part) {
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }

        void string(String text) {
            at = JsonStrings.write(text, bytes, at);
        }

        void time(long millis) {
            if (millis == NEVER) {
                put(NULL);
            } else {
                put((byte) '"');
                Times.format(millis, bytes, at);
                at += Times.LENGTH;
                put((byte) '"');
            }
        }

        void timeout(long seconds) {
            if (seconds == 0) {
                put(NULL);
            } else {
                number(seconds);
            }
        }

        void number(long number) {
            int end = at + digits(number);
            at = end;
            long rest = number;
            do {
                bytes[--end] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest > 0);
        }
    }
}
