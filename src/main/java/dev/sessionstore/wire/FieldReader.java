package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads single values by the contract's rules; what breaks one is added to the faults and reads as absent. */
final class FieldReader {
    private static final long LONGEST_SECONDS = 3_155_760_000L;
    private static final long LONGEST_MILLIS = LONGEST_SECONDS * 1000;
    /** Longer numbers are not repeated in a message. */
    private static final int SHORT_NUMBER = 20;

    private final Faults faults;

    FieldReader(Faults faults) {
        this.faults = faults;
    }

    /** 1 to that many code points without control characters, or null. */
    Field<String> text(Slice value, String pointer, int most) {
        if (value.isNull()) {
            return Field.none();
        }
        if (!value.isString()) {
            faults.add(pointer, textRule(most));
            return Field.absent();
        }
        String text = value.text();
        int points = text.codePointCount(0, text.length());
        if (points < 1 || points > most) {
            faults.add(pointer, "is " + points + " code points; " + textRule(most));
            return Field.absent();
        }
        if (hasControl(text)) {
            faults.add(pointer, "has a control character; " + textRule(most));
            return Field.absent();
        }
        return Field.of(text);
    }

    private static String textRule(int most) {
        return "must be a string of 1 to " + most + " code points without control characters, or null";
    }

    private static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** As text, and such that a header can carry it. */
    Field<String> binding(Slice value, String pointer) {
        Field<String> binding = text(value, pointer, 1024);
        String text = binding.or(null);
        if (text != null && (text.startsWith(" ") || text.endsWith(" "))) {
            faults.add(pointer, "begins or ends with a space, which a header cannot carry");
            return Field.absent();
        }
        return binding;
    }

    @Nullable Boolean flag(Slice value, String pointer) {
        if (value.isTrue() || value.isFalse()) {
            return value.isTrue();
        }
        faults.add(pointer, is(value) + "must be true or false");
        return null;
    }

    /** In seconds, a plain integer, or null. */
    Field<Long> timeout(Slice value, String pointer) {
        if (value.isNull()) {
            return Field.none();
        }
        long seconds = integer(value, LONGEST_SECONDS);
        if (seconds < 1) {
            faults.add(pointer, is(value) + "must be an integer from 1 to " + LONGEST_SECONDS + ", or null");
            return Field.absent();
        }
        return Field.of(seconds);
    }

    /** 0 to 60, 0 if it is none of them. */
    int grace(Slice value, String pointer) {
        long seconds = integer(value, 60);
        if (seconds < 0) {
            faults.add(pointer, is(value) + "must be an integer from 0 to 60");
            return 0;
        }
        return (int) seconds;
    }

    /** The plain literal's value, or -1 if it is another kind of value or over the limit. */
    private static long integer(Slice value, long most) {
        if (value.length() > 10) {
            return -1;
        }
        long number = 0;
        for (int i = value.from(); i < value.to(); i++) {
            int digit = value.json()[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number <= most ? number : -1;
    }

    /** In epoch milliseconds; null if it is none. */
    @Nullable Long time(Slice value, String pointer, String orNull) {
        if (!value.isString()) {
            faults.add(pointer, is(value) + "must be an RFC 3339 date-time string" + orNull);
            return null;
        }
        try {
            return Times.parse(value.text());
        } catch (IllegalArgumentException e) {
            faults.add(pointer, e.getMessage() + orNull);
            return null;
        }
    }

    Field<Long> timeOrNull(Slice value, String pointer) {
        if (value.isNull()) {
            return Field.none();
        }
        Long time = time(value, pointer, ", or null");
        return time == null ? Field.absent() : Field.of(time);
    }

    /** A number of seconds, decimals allowed, as milliseconds; null if it is none or beyond the limit. */
    @Nullable Long seconds(Slice value, String pointer) {
        long millis = value.isNumber() ? millis(new String(value.bytes(), StandardCharsets.US_ASCII)) : -1;
        if (millis < 0) {
            faults.add(pointer, is(value) + "must be a number from 0 to " + LONGEST_SECONDS);
            return null;
        }
        return millis;
    }

    /**
     * Shifts the decimal point in the text instead of computing: {@code 1e999999999} or a million digits cost no more than
     * to read them. Cut to milliseconds; -1 if negative or beyond the limit.
     */
    private static long millis(String literal) {
        String unsigned = literal.startsWith("-") ? literal.substring(1) : literal;
        int e = Math.max(unsigned.indexOf('e'), unsigned.indexOf('E'));
        String mantissa = e < 0 ? unsigned : unsigned.substring(0, e);
        int point = mantissa.indexOf('.');
        String digits = point < 0 ? mantissa : mantissa.substring(0, point) + mantissa.substring(point + 1);
        int first = 0;
        while (first < digits.length() && digits.charAt(first) == '0') {
            first++;
        }
        if (first == digits.length()) {
            return 0; // -0 is not below 0
        }
        if (unsigned.length() < literal.length()) {
            return -1;
        }
        // How many significant digits stand before the point, counted in milliseconds; the limit has 13.
        long whole = (point < 0 ? mantissa.length() : point) + 3 - first + (e < 0 ? 0 : exponent(unsigned, e + 1));
        if (whole <= 0) {
            return 0;
        }
        if (whole > 13) {
            return -1;
        }
        long millis = 0;
        for (int i = first; i < first + whole; i++) {
            millis = millis * 10 + (i < digits.length() ? digits.charAt(i) - '0' : 0);
        }
        return millis < LONGEST_MILLIS || (millis == LONGEST_MILLIS && isZeroFrom(digits, first + (int) whole))
                ? millis
                : -1;
    }

    /** Stops growing at a size that no number of digits in a body outweighs. */
    private static long exponent(String text, int from) {
        boolean negative = text.charAt(from) == '-';
        long exponent = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '-' && c != '+' && exponent < 1_000_000_000_000L) {
                exponent = exponent * 10 + c - '0';
            }
        }
        return negative ? -exponent : exponent;
    }

    private static boolean isZeroFrom(String digits, int from) {
        for (int i = from; i < digits.length(); i++) {
            if (digits.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }

    /** Repeats short numbers only; anything else may be secret. */
    private static String is(Slice value) {
        if (value.isNumber() && value.length() <= SHORT_NUMBER) {
            return "is " + new String(value.bytes(), StandardCharsets.US_ASCII) + "; ";
        }
        return "";
    }
}
