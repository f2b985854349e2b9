package dev.sessionstore.http;

import dev.sessionstore.core.NamespaceName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys that callers may present, by their hashes alone.
 *
 * <pre>{@code
 * # the shop's two servers
 * 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 write shop,shop-test
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class ApiKeys {
    private static final ApiKeys NONE = new ApiKeys(List.of());
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final int LONGS = 4;
    private static final ThreadLocal<MessageDigest> SHA256 = ThreadLocal.withInitial(ApiKeys::sha256);

    private final List<Entry> entries;

    /** Four longs for each entry, in their order. */
    private final long[] hashes;

    private record Entry(String hash, Caller caller) {}

    private ApiKeys(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        this.hashes = new long[entries.size() * LONGS];
        for (int i = 0; i < entries.size(); i++) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(HexFormat.of().parseHex(entries.get(i).hash()));
            bytes.asLongBuffer().get(hashes, i * LONGS, LONGS);
        }
    }

    public static ApiKeys none() {
        return NONE;
    }

    /** One key with every right. */
    public static ApiKeys ofAdminKey(String key) {
        return new ApiKeys(List.of(new Entry(hash(key), new Caller(Role.ADMIN, Set.of(Caller.ALL)))));
    }

    /**
     * The keys of a file.
     *
     * @param fileName for faults
     * @throws InvalidKeysException with every fault
     */
    public static ApiKeys parse(String text, String fileName) {
        List<Entry> entries = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String[] lines = text.split("\r\n|\r|\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].replaceFirst("^\uFEFF", "").strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            List<String> wrong = new ArrayList<>();
            Entry entry = parseLine(line, wrong);
            if (entry != null && !seen.add(entry.hash())) {
                wrong.add("this key stands in the file twice");
            } else if (entry != null) {
                entries.add(entry);
            }
            for (String fault : wrong) {
                faults.add(fileName + ": line " + (i + 1) + ": " + fault);
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidKeysException(faults);
        }
        return new ApiKeys(entries);
    }

    /** Quotes nothing: a person may have put the key itself into any column. */
    private static @Nullable Entry parseLine(String line, List<String> wrong) {
        String[] columns = line.split("\\s+");
        if (columns.length != 3) {
            wrong.add("expected SHA-256-in-hex ROLE NAMESPACE[,NAMESPACE…], found " + columns.length
                    + (columns.length == 1 ? " word" : " words"));
            return null;
        }
        if (!HASH.matcher(columns[0]).matches()) {
            wrong.add("the first word is not a SHA-256 hash of 64 hexadecimal digits; new-key makes a line");
        }
        Role role = role(columns[1]);
        if (role == null) {
            wrong.add("the role is not read, write or admin");
        }
        String[] namespaces = columns[2].split(",", -1);
        for (int i = 0; i < namespaces.length; i++) {
            if (!isNamespace(namespaces[i])) {
                wrong.add("namespace " + (i + 1) + " is neither * nor 1 to 63 of a-z 0-9 _ -, or it is admin");
            }
        }
        return !wrong.isEmpty() || role == null
                ? null
                : new Entry(columns[0].toLowerCase(Locale.ROOT), new Caller(role, Set.copyOf(List.of(namespaces))));
    }

    /** The role of this name, or null. */
    public static @Nullable Role role(String name) {
        return switch (name) {
            case "read" -> Role.READ;
            case "write" -> Role.WRITE;
            case "admin" -> Role.ADMIN;
            default -> null;
        };
    }

    /** Whether a key can be given this: a namespace's name or {@code *}. */
    public static boolean isNamespace(String text) {
        return text.equals(Caller.ALL) || NamespaceName.isValid(text);
    }

    /** A key's hash as a keys file has it. */
    public static String hash(String key) {
        return HexFormat.of().formatHex(SHA256.get().digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** These keys and the others. */
    public ApiKeys and(ApiKeys others) {
        List<Entry> both = new ArrayList<>(entries);
        both.addAll(others.entries);
        return new ApiKeys(both);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * Whoever may present this key, or null. Takes the same time whichever key matches, or none: each is compared to
     * its end, and the match is kept by arithmetic, not by a branch.
     */
    public @Nullable Caller find(String presentedKey) {
        ByteBuffer presented = ByteBuffer.wrap(SHA256.get().digest(presentedKey.getBytes(StandardCharsets.UTF_8)));
        long a = presented.getLong();
        long b = presented.getLong();
        long c = presented.getLong();
        long d = presented.getLong();
        int found = -1;
        for (int i = 0; i < hashes.length / LONGS; i++) {
            int at = i * LONGS;
            long difference = (hashes[at] ^ a) | (hashes[at + 1] ^ b) | (hashes[at + 2] ^ c) | (hashes[at + 3] ^ d);
            int differs = (int) ((difference | -difference) >> 63); // 0 when equal, else -1
            found = (found & differs) | (i & ~differs);
        }
        return found < 0 ? null : entries.get(found).caller();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
