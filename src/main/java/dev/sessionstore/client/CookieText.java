package dev.sessionstore.client;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words of RFC 6265: what a {@code Cookie} header says, and what may stand in {@code Set-Cookie}. */
final class CookieText {
    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={} \t";
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private CookieText() {}

    /** The values of the cookies of that name, in their order, without quotes. What is no cookie is passed over. */
    static List<String> values(@Nullable String header, String name) {
        List<String> values = new ArrayList<>();
        if (header != null) {
            for (String pair : header.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(unquoted(pair.substring(equals + 1).strip()));
                }
            }
        }
        return values;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
    }

    static String date(Instant time) {
        return DATE.format(time);
    }

    static void checkName(String name) {
        boolean isToken =
                !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && SEPARATORS.indexOf(c) < 0);
        if (!isToken) {
            throw new IllegalArgumentException(
                    "the cookie's name must be visible ASCII characters without spaces and " + SEPARATORS.strip());
        }
    }

    static void checkDomain(String domain) {
        if (!domain.matches(LABEL + "(\\." + LABEL + ")*")) {
            throw new IllegalArgumentException(
                    "the cookie's domain must be a host's name, such as example.com, without port or leading dot");
        }
    }

    static void checkPath(String path) {
        if (!path.startsWith("/") || !path.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';')) {
            throw new IllegalArgumentException(
                    "the cookie's path must begin with / and be ASCII characters without semicolon");
        }
    }
}
