package dev.sessionstore.settings;

import java.util.regex.Pattern;

/** What a namespace may be called. */
final class Namespaces {
    static final String RULE = "is no namespace's name: 1 to 63 of a-z 0-9 _ -, a letter or digit first, and not admin";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private Namespaces() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.equals("admin");
    }
}
