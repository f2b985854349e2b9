package dev.sessionstore.settings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a setting's text may be and what it becomes.
 *
 * @param label how {@code --help} names the value
 * @param secret whether the value must not be shown; then the reader's messages do not quote it
 */
record Kind<T>(String label, boolean secret, Reader<T> reader) {
    /** The longest timeout, 100 years of 365.25 days: that of the REST contract. */
    static final long MAX_TIMEOUT_SECONDS = 3_155_760_000L;

    static final int MIN_SECRET_LENGTH = 32;

    /** @param <T> what the text becomes */
    interface Reader<T> {
        T read(String text) throws NotAValueException;
    }

    private static <T> Kind<T> open(String label, Reader<T> reader) {
        return new Kind<>(label, false, reader);
    }

    static Kind<Boolean> bool() {
        return open("true|false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new NotAValueException("\"" + text + "\" is neither true nor false");
        });
    }

    static Kind<Integer> number(int least, int most) {
        return open("number", text -> (int) readNumber(text, least, most));
    }

    /** A number or {@code none}. */
    static Kind<OptionalLong> limit(long most) {
        return open(
                "number|none",
                text -> text.equals("none") ? OptionalLong.empty() : OptionalLong.of(readNumber(text, 1, most)));
    }

    private static long readNumber(String text, long least, long most) throws NotAValueException {
        if (text.matches("[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        String upwards = most == Long.MAX_VALUE ? " upwards" : " to " + most;
        throw new NotAValueException("\"" + text + "\" is not a whole number from " + least + upwards);
    }

    static Kind<Duration> duration(Duration least, Duration most, String example) {
        return open("duration", text -> {
            Duration duration = DurationText.parse(text, example);
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new NotAValueException(
                        "\"" + text + "\" is not between " + inWords(least) + " and " + inWords(most));
            }
            return duration;
        });
    }

    private static String inWords(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /** A session's timeout: whole seconds, at least one, or {@code never}. */
    static Kind<Optional<Duration>> timeout(String example) {
        return open("duration|never", text -> {
            if (text.equals("never")) {
                return Optional.empty();
            }
            Duration timeout = DurationText.parse(text, example);
            if (timeout.getNano() != 0) {
                throw new NotAValueException("\"" + text + "\" is not a whole number of seconds; try " + example);
            }
            if (timeout.isZero() || timeout.toSeconds() > MAX_TIMEOUT_SECONDS) {
                throw new NotAValueException("\"" + text + "\" is not between 1s and " + MAX_TIMEOUT_SECONDS
                        + "s; for no timeout say never");
            }
            return Optional.of(timeout);
        });
    }

    static Kind<Integer> size(int least, String example) {
        return open("size", text -> {
            long size = SizeText.parse(text, example);
            if (size < least || size > 1 << 30) {
                throw new NotAValueException("\"" + text + "\" is not between " + least + "B and 1GiB");
            }
            return (int) size;
        });
    }

    /** A size, or a share of the largest heap that this JVM will use. */
    static Kind<Long> memory(String example) {
        return open("size|percent", text -> {
            if (text.matches("[0-9]{1,3}%")) {
                int percent = Integer.parseInt(text.substring(0, text.length() - 1));
                if (percent >= 1 && percent <= 100) {
                    return Runtime.getRuntime().maxMemory() / 100 * percent;
                }
                throw new NotAValueException("\"" + text + "\" is not between 1% and 100%");
            }
            long size = SizeText.parse(text, example);
            if (size < 1) {
                throw new NotAValueException("\"" + text + "\" leaves no room for a session; try " + example);
            }
            return size;
        });
    }

    /** The name of one of an enum's constants, as {@code revoke-oldest} for {@code REVOKE_OLDEST}. */
    static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        String names = constants.stream().map(Kind::nameOf).collect(Collectors.joining("|"));
        return open(names, text -> {
            for (E constant : constants) {
                if (nameOf(constant).equals(text)) {
                    return constant;
                }
            }
            throw new NotAValueException("\"" + text + "\" is not one of " + names.replace("|", ", "));
        });
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind<String> host() {
        return open("address", HostText::read);
    }

    /** A file that can be read now; empty: none. */
    static Kind<Optional<Path>> file() {
        return open("file", text -> {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            try {
                Path file = Path.of(text);
                if (Files.isRegularFile(file) && Files.isReadable(file)) {
                    return Optional.of(file);
                }
            } catch (InvalidPathException e) {
                // no file can have that name: the same fault
            }
            throw new NotAValueException("\"" + text + "\" is not a file that can be read");
        });
    }

    /** A directory that is there or can be made; empty: none. */
    static Kind<Optional<Path>> directory() {
        return open("directory", text -> {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            try {
                Path directory = Path.of(text);
                if (Files.isDirectory(directory) || Files.notExists(directory)) {
                    return Optional.of(directory);
                }
            } catch (InvalidPathException e) {
                // nothing can have that name: the same fault
            }
            throw new NotAValueException("\"" + text + "\" is not a directory");
        });
    }

    /** A URL that may hold a password; empty: none. */
    static Kind<Optional<Secret>> secretUrl() {
        return new Kind<>("url", true, text -> {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!text.matches("[a-z][a-z0-9+.-]*:[\\x21-\\x7e]+")) {
                throw new NotAValueException(
                        "is not a URL; try redis://localhost:6379 (blanks and the like are written as %20)");
            }
            return Optional.of(new Secret(text));
        });
    }

    /** What names begin with: a word of visible ASCII, or nothing. */
    static Kind<String> prefix() {
        return open("text", text -> {
            if (!text.matches("[A-Za-z0-9_.:/-]{0,100}")) {
                throw new NotAValueException("\"" + text + "\" is not up to 100 letters, digits and _ . : / -");
            }
            return text;
        });
    }

    /** A name that needs no quotes in any engine. */
    static Kind<String> identifier() {
        return open("name", text -> {
            if (!text.matches("[A-Za-z_][A-Za-z0-9_]{0,59}")) {
                throw new NotAValueException(
                        "\"" + text + "\" is not up to 60 letters, digits and _, beginning with no digit");
            }
            return text;
        });
    }

    /** Permissions of a file as {@code chmod} takes them. */
    static Kind<Integer> octal() {
        return open("mode", text -> {
            if (!text.matches("0?[0-7]{3}")) {
                throw new NotAValueException("\"" + text + "\" is not a file mode; try 0600");
            }
            int mode = Integer.parseInt(text, 8);
            if ((mode & 0600) != 0600) {
                throw new NotAValueException("\"" + text + "\" keeps the service from its own files; try 0600");
            }
            return mode;
        });
    }

    /** A secret of visible ASCII, as a header can carry it; empty: none. */
    static Kind<Optional<Secret>> secretText() {
        return new Kind<>("secret", true, text -> {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (text.length() < MIN_SECRET_LENGTH) {
                throw new NotAValueException("has " + text.length() + " characters; at least " + MIN_SECRET_LENGTH
                        + " are needed, try the output of: openssl rand -hex 32");
            }
            if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new NotAValueException("has a blank or a character that is not visible ASCII");
            }
            return Optional.of(new Secret(text));
        });
    }
}
