package dev.sessionstore.settings;

import dev.sessionstore.core.NamespaceName;

/** What a namespace may be called. */
final class Namespaces {
    static final String RULE = "is no namespace's name: 1 to 63 of a-z 0-9 _ -, a letter or digit first, and not admin";

    private Namespaces() {}

    static boolean isName(String text) {
        return NamespaceName.isValid(text);
    }
}
