package dev.sessionstore.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request may send and wants to get. */
final class MediaTypes {
    static final String MERGE_PATCH = "application/merge-patch+json";

    private MediaTypes() {}

    /** Whether {@code Accept} allows an answer of that type (RFC 9110, section 12.5.1). */
    static boolean isAcceptable(List<String> accept, String type) {
        if (accept.isEmpty() || accept.size() == 1 && isPlainly(accept.get(0), type)) {
            return true;
        }
        String group = type.substring(0, type.indexOf('/')) + "/*";
        int bestRank = 0;
        boolean bestAllows = false;
        for (String line : accept) {
            for (String range : line.split(",", -1)) {
                String[] parts = range.split(";", -1);
                String name = parts[0].trim().toLowerCase(Locale.ROOT);
                int rank = name.equals(type) ? 3 : name.equals(group) ? 2 : name.equals("*/*") ? 1 : 0;
                if (rank > bestRank) {
                    bestRank = rank;
                    bestAllows = quality(parts) > 0;
                }
            }
        }
        return bestAllows;
    }

    /** What nearly all clients send. */
    private static boolean isPlainly(String accept, String type) {
        return accept.equals("*/*") || accept.equals(type);
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).trim());
                } catch (NumberFormatException notANumber) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /**
     * The media type of a body, if it is one of those taken and has no parameter but {@code charset=utf-8}.
     *
     * @return null if it is not
     */
    static @Nullable String accepted(List<String> contentType, List<String> taken) {
        if (contentType.size() != 1) {
            return null;
        }
        String value = contentType.get(0);
        for (String type : taken) {
            if (value.equals(type)) {
                return type;
            }
        }
        String[] parts = value.split(";", -1);
        String name = parts[0].trim().toLowerCase(Locale.ROOT);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (!parameter.equals("charset=utf-8") && !parameter.equals("charset=\"utf-8\"")) {
                return null;
            }
        }
        return taken.contains(name) ? name : null;
    }
}
