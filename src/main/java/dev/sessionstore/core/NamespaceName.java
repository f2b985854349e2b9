package dev.sessionstore.core;

/** What a namespace may be called: {@code [a-z0-9][a-z0-9_-]{0,62}}, and not {@code admin}, which is the server's. */
public final class NamespaceName {
    private static final int MAX_LENGTH = 63;

    private NamespaceName() {}

    /** Without a regular expression: every request asks. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.equals("admin")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!letterOrDigit && (i == 0 || c != '_' && c != '-')) {
                return false;
            }
        }
        return true;
    }
}
