package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;

/** Times as RFC 3339 writes them. Written by hand: every answer has four of them. */
public final class Times {
    /** How many bytes a time takes when it is written. */
    static final int LENGTH = 24;

    private static final long DAY = 86_400_000L;
    /** 0000-01-01T00:00Z and the first instant after the year 9999. */
    private static final long FIRST = -719_528 * DAY;

    private static final long AFTER_LAST = 2_932_897 * DAY;
    private static final String RULE = "must be an RFC 3339 date-time with seconds and an offset";

    private Times() {}

    /**
     * Reads {@code 2026-11-21T18:09:47.255+01:00}: seconds and offset required, any number of fraction digits, cut to
     * milliseconds. The message of a failure names the rule, not the text.
     */
    public static long parse(String text) throws IllegalArgumentException {
        int length = text.length();
        if (length < 20
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || (text.charAt(10) | 0x20) != 't') {
            throw new IllegalArgumentException(RULE);
        }
        int year = digits(text, 0) * 100 + digits(text, 2);
        int month = digits(text, 5);
        int day = digits(text, 8);
        int hour = digits(text, 11);
        int minute = digits(text, 14);
        int second = digits(text, 17);
        if (second == 60) {
            throw new IllegalArgumentException("has a leap second (:60), which is not supported; use :59");
        }
        if (month < 1
                || month > 12
                || day < 1
                || day > daysIn(year, month)
                || hour > 23
                || minute > 59
                || second > 59) {
            throw new IllegalArgumentException("names a day or time that does not exist; " + RULE);
        }
        int at = 19;
        int millis = 0;
        if (text.charAt(at) == '.') {
            int start = ++at;
            for (; at < length && isDigit(text.charAt(at)); at++) {
                if (at - start < 3) {
                    millis += (text.charAt(at) - '0') * (at == start ? 100 : at == start + 1 ? 10 : 1);
                }
            }
            if (at == start) {
                throw new IllegalArgumentException(RULE);
            }
        }
        long local = (epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second) * 1000 + millis;
        long instant = local - offset(text, at) * 60_000L;
        if (instant < FIRST || instant >= AFTER_LAST) {
            throw new IllegalArgumentException("is outside the years 0000 to 9999 of UTC");
        }
        return instant;
    }

    /** In minutes; what stands there must be the rest of the text. */
    private static int offset(String text, int at) {
        int left = text.length() - at;
        if (left == 1 && (text.charAt(at) | 0x20) == 'z') {
            return 0;
        }
        if (left != 6 || (text.charAt(at) != '+' && text.charAt(at) != '-') || text.charAt(at + 3) != ':') {
            throw new IllegalArgumentException(RULE);
        }
        int hours = digits(text, at + 1);
        int minutes = digits(text, at + 4);
        if (hours > 23 || minutes > 59) {
            throw new IllegalArgumentException("has an offset over 23:59; " + RULE);
        }
        int offset = hours * 60 + minutes;
        return text.charAt(at) == '-' ? -offset : offset;
    }

    private static int digits(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        if (!isDigit(tens) || !isDigit(ones)) {
            throw new IllegalArgumentException(RULE);
        }
        return (tens - '0') * 10 + ones - '0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int daysIn(int year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** In UTC, always with three decimals: {@code 2026-11-21T18:09:47.255Z}. Years 0000 to 9999, else an error. */
    public static String format(long epochMillis) {
        byte[] text = new byte[LENGTH];
        format(epochMillis, text, 0);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** Writes 24 bytes from there on. */
    public static void format(long epochMillis, byte[] to, int at) {
        if (epochMillis < FIRST || epochMillis >= AFTER_LAST) {
            throw new IllegalArgumentException("time " + epochMillis + " is outside the years 0000 to 9999");
        }
        int milliOfDay = (int) Math.floorMod(epochMillis, DAY);
        // A year that begins in March has its leap day at the end; counted from 0000-03-01, which day -60 precedes.
        long days = Math.floorDiv(epochMillis, DAY) + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        int dayOfEra = (int) (days - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);

        two(year / 100, to, at);
        two(year % 100, to, at + 2);
        to[at + 4] = '-';
        two(month, to, at + 5);
        to[at + 7] = '-';
        two(day, to, at + 8);
        to[at + 10] = 'T';
        two(milliOfDay / 3_600_000, to, at + 11);
        to[at + 13] = ':';
        two(milliOfDay / 60_000 % 60, to, at + 14);
        to[at + 16] = ':';
        two(milliOfDay / 1000 % 60, to, at + 17);
        to[at + 19] = '.';
        to[at + 20] = (byte) ('0' + milliOfDay % 1000 / 100);
        two(milliOfDay % 100, to, at + 21);
        to[at + 23] = 'Z';
    }

    private static void two(int number, byte[] to, int at) {
        to[at] = (byte) ('0' + number / 10);
        to[at + 1] = (byte) ('0' + number % 10);
    }

    /** Days since 1970-01-01. */
    private static long epochDay(int year, int month, int day) {
        int fromMarch = month <= 2 ? year - 1 : year;
        int era = Math.floorDiv(fromMarch, 400);
        int yearOfEra = fromMarch - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097L + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }
}
