package dev.sessionstore.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes in bytes as people write them: {@code 64MiB}, {@code 8KiB}, {@code 1GiB}, {@code 512B}, {@code 512}. */
final class SizeText {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(B|KiB|MiB|GiB)?");
    private static final Pattern NEARLY = Pattern.compile("([0-9]{1,18})\\s*([kmg])i?b?(?:ytes)?");

    private SizeText() {}

    static long parse(String text, String example) throws NotAValueException {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new NotAValueException("\"" + text + "\" is not a size; try " + suggestion(text, example));
        }
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), bytesOf(size.group(2)));
        } catch (ArithmeticException e) {
            throw new NotAValueException("\"" + text + "\" is too large a size; try " + example);
        }
    }

    private static long bytesOf(@Nullable String unit) {
        if (unit == null || unit.equals("B")) {
            return 1;
        }
        return 1L
                << switch (unit.charAt(0)) {
                    case 'K' -> 10;
                    case 'M' -> 20;
                    default -> 30;
                };
    }

    /** {@code 64MB} and {@code 64m} most likely mean {@code 64MiB}. */
    private static String suggestion(String text, String example) {
        Matcher nearly = NEARLY.matcher(text.strip().toLowerCase(Locale.ROOT));
        return nearly.matches() ? nearly.group(1) + nearly.group(2).toUpperCase(Locale.ROOT) + "iB" : example;
    }
}
