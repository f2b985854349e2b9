package dev.sessionstore.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 250ms}, {@code 90s}, {@code 30m}, {@code 24h}, {@code 31d}, {@code 1h30m}. */
final class DurationText {
    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,15}(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h|d)");
    private static final Pattern NEARLY = Pattern.compile("([0-9]{1,15})\\s*([a-z]*)\\.?");

    private DurationText() {}

    /** @param example a duration to suggest where nothing can be guessed from the text */
    static Duration parse(String text, String example) throws NotAValueException {
        if (!WHOLE.matcher(text).matches()) {
            throw new NotAValueException("\"" + text + "\" is not a duration; try " + suggestion(text, example));
        }
        try {
            Duration sum = Duration.ZERO;
            Matcher parts = PART.matcher(text);
            while (parts.find()) {
                sum = sum.plus(of(Long.parseLong(parts.group(1)), parts.group(2)));
            }
            // Through milliseconds: whatever can be set can be counted in them.
            return Duration.ofMillis(sum.toMillis());
        } catch (ArithmeticException e) {
            throw new NotAValueException("\"" + text + "\" is too long a duration; try " + example);
        }
    }

    private static Duration of(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** {@code 30mins} and {@code 30 M} mean {@code 30m}; a bare number is most likely seconds. */
    private static String suggestion(String text, String example) {
        Matcher nearly = NEARLY.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!nearly.matches()) {
            return example;
        }
        String unit = nearly.group(2);
        if (unit.isEmpty()) {
            return nearly.group(1) + "s";
        }
        if (unit.startsWith("ms") || unit.startsWith("mil")) {
            return nearly.group(1) + "ms";
        }
        return "smhd".indexOf(unit.charAt(0)) >= 0 ? nearly.group(1) + unit.charAt(0) : example;
    }
}
