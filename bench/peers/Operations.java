import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Operations in given shares, each of one request or more, as bench/load.py describes them in the environment. wrk/run.lua
 * reads the same. Thread-safe.
 */
final class Operations {
    private static final Pattern WORD = Pattern.compile("@([a-z]+)@");

    private final int sessions = Integer.parseInt(System.getenv("BENCH_SESSIONS"));
    private final AtomicLong fresh = new AtomicLong(Long.parseLong(System.getenv("BENCH_NEW")));
    private final AtomicLong doomed = new AtomicLong(Long.parseLong(System.getenv("BENCH_DOOMED")));
    private final long doomedEnd = Long.parseLong(System.getenv("BENCH_DOOMED_END"));
    private final List<List<Template>> choices = new ArrayList<>();

    Operations() {
        for (String operation : System.getenv("BENCH_OPERATIONS").split("\u001d")) {
            String[] fields = operation.split("\u001e");
            List<Template> requests = new ArrayList<>();
            for (int i = 1; i < fields.length; i++) {
                requests.add(new Template(fields[i]));
            }
            for (int i = 0; i < Integer.parseInt(fields[0]); i++) {
                choices.add(requests);
            }
        }
    }

    /** The requests of the next one. */
    List<byte[]> next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        List<Template> chosen = choices.get(random.nextInt(choices.size()));
        String session = id(random.nextInt(sessions));
        List<byte[]> requests = new ArrayList<>(chosen.size());
        for (Template each : chosen) {
            requests.add(each.filledIn(session));
        }
        return requests;
    }

    private static String id(long number) {
        return "bench-" + digits(37, number);
    }

    private static String digits(int width, long number) {
        String text = Long.toString(number);
        return "0".repeat(width - text.length()) + text;
    }

    /** The text of a request with words for what differs each time. */
    private final class Template {
        private final List<byte[]> texts = new ArrayList<>();
        /** One between each two texts. */
        private final List<String> words = new ArrayList<>();

        Template(String text) {
            Matcher matcher = WORD.matcher(text);
            int from = 0;
            while (matcher.find()) {
                texts.add(ascii(text.substring(from, matcher.start())));
                words.add(matcher.group(1));
                from = matcher.end();
            }
            texts.add(ascii(text.substring(from)));
        }

        byte[] filledIn(String session) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
            out.writeBytes(texts.get(0));
            for (int i = 0; i < words.size(); i++) {
                out.writeBytes(ascii(value(words.get(i), session)));
                out.writeBytes(texts.get(i + 1));
            }
            return out.toByteArray();
        }

        private String value(String word, String session) {
            return switch (word) {
                case "session" -> session;
                case "counter" -> digits(10, ThreadLocalRandom.current().nextInt(1_000_000_000));
                case "new" -> id(fresh.getAndIncrement());
                case "doomed" -> id(nextDoomed());
                default -> throw new IllegalArgumentException("no such word: " + word);
            };
        }

        private long nextDoomed() {
            long next = doomed.getAndIncrement();
            if (next >= doomedEnd) {
                throw new IllegalStateException("too few sessions to delete");
            }
            return next;
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
