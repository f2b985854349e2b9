package dev.sessionstore.settings;

import java.util.List;

/** Which known name somebody most likely meant. */
final class Nearest {
    private Nearest() {}

    /** {@code "; did you mean --port?"}, or nothing where no name is near. */
    static String hint(String name, List<String> known) {
        String best = "";
        int least = 1 + name.length() / 3; // a name that differs in more than a third is another one
        for (String candidate : known) {
            int distance = distance(name, candidate);
            if (distance <= least && (best.isEmpty() || distance < least)) {
                best = candidate;
                least = distance;
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + best + "?";
    }

    /** Levenshtein's: how many characters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], previous[j]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
