package dev.sessionstore.wire;

/**
 * One pass over a text: whether it is JSON (RFC 8259) in UTF-8, without duplicate names, lone surrogates and too deep
 * nesting. Builds nothing, as every body goes through here. By hand, as what a parser would hand out is not wanted: the
 * bytes stay as they are.
 *
 * <p>For one text.
 */
final class JsonScanner {
    /** Stands for the end of the text; no byte has this value. */
    private static final int END = 1000;

    private final byte[] text;
    private final int maxDepth;
    private final NamesSeen names;
    private int at;
    private int spaces;

    JsonScanner(byte[] text, int maxDepth) {
        this.text = text;
        this.maxDepth = maxDepth;
        names = new NamesSeen(text);
    }

    /** Returns how many bytes are insignificant white space. */
    int scan() {
        if (text.length >= 3 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF) {
            throw new MalformedJsonException(0, "a byte order mark");
        }
        skipSpace();
        if (at == text.length) {
            throw wrong("the text is empty: a JSON value is missing");
        }
        value(0);
        skipSpace();
        if (at < text.length) {
            throw wrong("more text after the value");
        }
        return spaces;
    }

    /** Recursive: the caller limits the depth. */
    private void value(int depth) {
        switch (current()) {
            case '"' -> string();
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> throw isLetter(current()) ? wrong("a word that is not JSON") : unexpected();
        }
    }

    private void object(int depth) {
        open(depth);
        int first = names.size();
        if (current() != '}') {
            member(depth);
            while (current() == ',') {
                at++;
                skipSpace();
                member(depth);
            }
        }
        close('}');
        names.forget(first);
    }

    private void member(int depth) {
        if (current() != '"') {
            throw unexpected();
        }
        int name = at;
        string();
        names.add(name, at);
        skipSpace();
        if (current() != ':') {
            throw unexpected();
        }
        at++;
        skipSpace();
        value(depth);
        skipSpace();
    }

    private void array(int depth) {
        open(depth);
        if (current() != ']') {
            value(depth);
            skipSpace();
            while (current() == ',') {
                at++;
                skipSpace();
                value(depth);
                skipSpace();
            }
        }
        close(']');
    }

    private void open(int depth) {
        if (depth > maxDepth) {
            throw wrong("nested deeper than " + maxDepth);
        }
        at++;
        skipSpace();
    }

    private void close(char bracket) {
        int there = current();
        if (there != bracket) {
            throw there == '}' || there == ']' ? wrong("a closing bracket of the wrong kind") : unexpected();
        }
        at++;
    }

    private void string() {
        int i = at + 1;
        while (true) {
            i = JsonStrings.plainEnd(text, i);
            if (i >= text.length) {
                throw endsEarly();
            }
            byte c = text[i];
            if (c == '"') {
                at = i + 1;
                return;
            }
            if (c == '\\') {
                i = escapeEnd(i);
            } else if (c < 0) {
                i = utf8End(i);
            } else {
                throw new MalformedJsonException(i, "a control character that is not escaped");
            }
        }
    }

    private int escapeEnd(int from) {
        if (from + 1 >= text.length) {
            throw endsEarly();
        }
        switch (text[from + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return from + 2;
            }
            case 'u' -> {
                int end = from + 6;
                char unit = unit(from);
                if (!Character.isSurrogate(unit)) {
                    return end;
                }
                boolean isPair = Character.isHighSurrogate(unit)
                        && end + 1 < text.length
                        && text[end] == '\\'
                        && text[end + 1] == 'u'
                        && Character.isLowSurrogate(unit(end));
                if (!isPair) {
                    throw new MalformedJsonException(from, "a lone surrogate");
                }
                return end + 6;
            }
            default -> throw new MalformedJsonException(from, "an unknown escape");
        }
    }

    /** What the escape with four hexadecimal digits that begins there says. */
    private char unit(int escape) {
        if (escape + 6 > text.length) {
            throw endsEarly();
        }
        for (int i = escape + 2; i < escape + 6; i++) {
            if (Character.digit(text[i], 16) < 0) {
                throw new MalformedJsonException(escape, "an unknown escape");
            }
        }
        return JsonStrings.hex(text, escape + 2);
    }

    /** The end of a character of several bytes: neither longer than it need be, nor a surrogate, nor beyond U+10FFFF. */
    private int utf8End(int from) {
        int lead = text[from] & 0xff;
        int count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if (lead < 0xC2 || lead > 0xF4 || from + count >= text.length) {
            throw invalidUtf8(from);
        }
        int second = text[from + 1] & 0xff;
        boolean isWrong = lead == 0xE0 && second < 0xA0
                || lead == 0xED && second > 0x9F
                || lead == 0xF0 && second < 0x90
                || lead == 0xF4 && second > 0x8F;
        for (int i = from + 1; i <= from + count; i++) {
            isWrong |= (text[i] & 0xC0) != 0x80;
        }
        if (isWrong) {
            throw invalidUtf8(from);
        }
        return from + count + 1;
    }

    private void number() {
        int start = at;
        if (current() == '-') {
            at++;
        }
        boolean isWhole = current() == '0' ? ++at > 0 : digits();
        if (current() == '.') {
            at++;
            isWhole &= digits();
        }
        if (current() == 'e' || current() == 'E') {
            at++;
            if (current() == '+' || current() == '-') {
                at++;
            }
            isWhole &= digits();
        }
        if (!isWhole || isLetter(current()) || isDigit(current())) {
            at = start;
            throw wrong("a malformed number");
        }
    }

    /** One digit at least. */
    private boolean digits() {
        int start = at;
        while (isDigit(current())) {
            at++;
        }
        return at > start;
    }

    private void word(String word) {
        int start = at;
        for (int i = 0; i < word.length(); i++) {
            if (current() != word.charAt(i)) {
                at = start;
                throw wrong("a word that is not JSON");
            }
            at++;
        }
        if (isLetter(current()) || isDigit(current())) {
            at = start;
            throw wrong("a word that is not JSON");
        }
    }

    private void skipSpace() {
        while (at < text.length) {
            byte c = text[at];
            if (c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
            spaces++;
        }
    }

    private int current() {
        return at < text.length ? text[at] : END;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
    }

    private MalformedJsonException unexpected() {
        if (at == text.length) {
            return endsEarly();
        }
        if (text[at] < 0) {
            utf8End(at);
        }
        return wrong("an unexpected character");
    }

    private MalformedJsonException endsEarly() {
        return new MalformedJsonException(text.length, "the text ends too early");
    }

    private static MalformedJsonException invalidUtf8(int offset) {
        return new MalformedJsonException(offset, "invalid UTF-8");
    }

    private MalformedJsonException wrong(String what) {
        return new MalformedJsonException(at, what);
    }
}
