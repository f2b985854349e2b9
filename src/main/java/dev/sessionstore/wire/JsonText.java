package dev.sessionstore.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The check that every JSON body passes once, on its way in. */
public final class JsonText {
    /**
     * The body's size limits everything else, so Jackson's own limits are lifted. Names are not canonicalised: a symbol
     * table that callers fill could be made slow, or to overflow, by names chosen to collide; the set of names that
     * finds duplicates turns collisions into trees.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxDocumentLength(-1)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** How Jackson's messages begin, and what is said instead: the originals quote the text. */
    private static final Map<String, String> WORDS = Map.of(
            "Duplicate", "a duplicate member name",
            "Illegal unquoted character", "a control character that is not escaped",
            "Unrecognized character escape", "an unknown escape",
            "Unexpected character", "an unexpected character",
            "Unexpected close marker", "a closing bracket of the wrong kind",
            "Invalid numeric value", "a malformed number",
            "Non-standard token", "a word that is not JSON",
            "Unrecognized token", "a word that is not JSON",
            "Illegal character", "a control character");

    private JsonText() {}

    /**
     * A complete JSON text of any value without its insignificant white space, everything else byte for byte; the same
     * array if there was none.
     *
     * @param maxDepth how many containers may be nested in each other
     * @throws MalformedJsonException if it is not JSON in UTF-8, has duplicate names or lone surrogates, or is too deep
     */
    public static byte[] compact(byte[] body, int maxDepth) {
        String text = decode(body);
        check(text, maxDepth);
        return withoutSpace(body);
    }

    /** As characters, since Jackson would take UTF-16 and UTF-32 for JSON too, and overlong UTF-8 for UTF-8. */
    private static String decode(byte[] body) {
        for (byte each : body) {
            if (each < 0) {
                return decodeStrictly(body);
            }
        }
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static String decodeStrictly(byte[] body) {
        // A fresh decoder reports malformed input instead of replacing it.
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(body.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new MalformedJsonException(in.position(), "invalid UTF-8");
        }
        out.flip();
        if (out.charAt(0) == '\uFEFF') {
            throw new MalformedJsonException(0, "a byte order mark");
        }
        return out.toString();
    }

    private static void check(String text, int maxDepth) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new MalformedJsonException(text.length(), "the text is empty: a JSON value is missing");
            }
            int depth = 0;
            while (true) {
                if (token.isStructStart()) {
                    if (++depth > maxDepth) {
                        throw at(parser.currentTokenLocation().getCharOffset(), text, "nested deeper than " + maxDepth);
                    }
                } else if (token.isStructEnd()) {
                    depth--;
                }
                if (depth == 0) {
                    break;
                }
                token = parser.nextToken();
                if (token == null) {
                    throw at(text.length(), text, "the text ends too early");
                }
            }
            if (parser.nextToken() != null) {
                throw at(parser.currentTokenLocation().getCharOffset(), text, "more text after the value");
            }
        } catch (MalformedJsonException e) {
            throw e;
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
            throw at(offset, text, words(e));
        } catch (IOException | RuntimeException e) {
            throw new MalformedJsonException(0, "not valid JSON");
        }
    }

    private static String words(JsonProcessingException e) {
        if (e instanceof JsonEOFException) {
            return "the text ends too early";
        }
        String message = String.valueOf(e.getOriginalMessage());
        for (Map.Entry<String, String> each : WORDS.entrySet()) {
            if (message.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return "not valid JSON";
    }

    /** Jackson counts characters here, people look for bytes. */
    private static MalformedJsonException at(long charOffset, String text, String what) {
        int end = (int) Math.max(0, Math.min(text.length(), charOffset));
        return new MalformedJsonException(text.substring(0, end).getBytes(StandardCharsets.UTF_8).length, what);
    }

    /** Expects checked text; finds the lone surrogates, which Jackson lets pass, on the way. */
    private static byte[] withoutSpace(byte[] text) {
        byte[] out = text;
        int length = 0;
        int from = 0;
        int i = 0;
        while (i < text.length) {
            byte c = text[i];
            if (c == '"') {
                i = stringEnd(text, i);
            } else if (c > ' ' || c < 0) {
                i++;
            } else {
                if (out == text) {
                    out = new byte[text.length];
                }
                System.arraycopy(text, from, out, length, i - from);
                length += i - from;
                from = ++i;
            }
        }
        if (out == text) {
            return text;
        }
        System.arraycopy(text, from, out, length, i - from);
        return Arrays.copyOf(out, length + i - from);
    }

    private static int stringEnd(byte[] text, int start) {
        int i = start + 1;
        while (text[i] != '"') {
            if (text[i] != '\\') {
                i++;
            } else if (text[i + 1] != 'u') {
                i += 2;
            } else {
                char unit = JsonStrings.hex(text, i + 2);
                if (!Character.isSurrogate(unit)) {
                    i += 6;
                } else if (Character.isHighSurrogate(unit)
                        && text[i + 6] == '\\'
                        && text[i + 7] == 'u'
                        && Character.isLowSurrogate(JsonStrings.hex(text, i + 8))) {
                    i += 12;
                } else {
                    throw new MalformedJsonException(i, "a lone surrogate");
                }
            }
        }
        return i + 1;
    }
}
