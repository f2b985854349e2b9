package dev.sessionstore.wire;

/** The check that every JSON body passes once, on its way in. */
public final class JsonText {
    private JsonText() {}

    /**
     * A complete JSON text of any value without its insignificant white space, everything else byte for byte; the same
     * array if there was none.
     *
     * @param maxDepth how many containers may be nested in each other
     * @throws MalformedJsonException if it is not JSON in UTF-8, has duplicate names or lone surrogates, or is too deep
     */
    public static byte[] compact(byte[] body, int maxDepth) {
        int spaces = new JsonScanner(body, maxDepth).scan();
        return spaces == 0 ? body : withoutSpace(body, body.length - spaces);
    }

    /** Expects checked text. */
    private static byte[] withoutSpace(byte[] text, int length) {
        byte[] out = new byte[length];
        int to = 0;
        int from = 0;
        int i = 0;
        while (i < text.length) {
            byte c = text[i];
            if (c == '"') {
                i = JsonStrings.end(text, i);
            } else if (c > ' ') {
                i++;
            } else {
                System.arraycopy(text, from, out, to, i - from);
                to += i - from;
                from = ++i;
            }
        }
        System.arraycopy(text, from, out, to, i - from);
        return out;
    }
}
