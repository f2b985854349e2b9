package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** From an answer back to a {@link SessionDocument}, in one pass. */
final class SessionDocumentReader {
    private static final String[] NAMES = {
        "id",
        "handle",
        "namespace",
        "principal",
        "label",
        "permanent",
        "version",
        "createdAt",
        "lastAccessedAt",
        "expiresAt",
        "idleTimeoutSeconds",
        "absoluteTimeoutSeconds",
        "endsAt",
        "attributes"
    };

    private static final byte[][] UTF_8 = Arrays.stream(NAMES)
            .map(name -> name.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    private SessionDocumentReader() {}

    static SessionDocument read(Slice document) {
        expect(document.isObject(), "");
        @Nullable Slice[] fields = new Slice[NAMES.length];
        Members members = new Members(document);
        while (members.next()) {
            int known = members.spelledLike(UTF_8);
            if (known >= 0) {
                fields[known] = members.value();
            }
        }
        Slice attributes = fields[13];
        expect(attributes == null || attributes.isObject(), "attributes");
        return new SessionDocument(
                text(fields, 0),
                required(text(fields, 1), 1).getBytes(StandardCharsets.US_ASCII),
                required(text(fields, 2), 2),
                text(fields, 3),
                text(fields, 4),
                flag(required(fields[5], 5)),
                number(fields, 6),
                required(time(fields, 7), 7),
                required(time(fields, 8), 8),
                orNever(time(fields, 9)),
                number(fields, 10),
                number(fields, 11),
                orNever(time(fields, 12)),
                attributes == null ? null : attributes.bytes());
    }

    private static <T> T required(@Nullable T value, int field) {
        if (value == null) {
            throw missing(NAMES[field]);
        }
        return value;
    }

    private static void expect(boolean fits, String field) {
        if (!fits) {
            throw missing(field);
        }
    }

    private static IllegalArgumentException missing(String field) {
        return new IllegalArgumentException("no session document: " + (field.isEmpty() ? "no object" : field));
    }

    private static @Nullable String text(@Nullable Slice[] fields, int field) {
        Slice value = fields[field];
        if (value == null || value.isNull()) {
            return null;
        }
        expect(value.isString(), NAMES[field]);
        return value.text();
    }

    private static boolean flag(Slice value) {
        expect(value.isTrue() || value.isFalse(), NAMES[5]);
        return value.isTrue();
    }

    private static @Nullable Long time(@Nullable Slice[] fields, int field) {
        String text = text(fields, field);
        return text == null ? null : (Long) Times.parse(text);
    }

    private static long orNever(@Nullable Long time) {
        return time == null ? SessionDocument.NEVER : time;
    }

    /** Absent and null are 0. */
    private static long number(@Nullable Slice[] fields, int field) {
        Slice value = fields[field];
        if (value == null || value.isNull()) {
            return 0;
        }
        long number = 0;
        expect(value.length() <= 18, NAMES[field]);
        for (int i = value.from(); i < value.to(); i++) {
            int digit = value.json()[i] - '0';
            expect(digit >= 0 && digit <= 9, NAMES[field]);
            number = number * 10 + digit;
        }
        return number;
    }
}
