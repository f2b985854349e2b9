package dev.sessionstore.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the bodies of calls. Not thread-safe. */
final class JsonBody {
    private static final JsonStringEncoder QUOTES = JsonStringEncoder.getInstance();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private final AttributeCodec codec;

    private JsonBody(AttributeCodec codec) {
        this.codec = codec;
    }

    /** The whole attributes, and settings. */
    static byte[] ofDocument(Values values, AttributeCodec codec) {
        JsonBody body = new JsonBody(codec);
        body.ascii("{\"attributes\":");
        body.object(values.set());
        body.settings(values, ",");
        body.ascii("}");
        return body.out.toByteArray();
    }

    /** What is set and removed, and settings. */
    static byte[] ofPatch(Values values, AttributeCodec codec) {
        JsonBody body = new JsonBody(codec);
        body.patch(values);
        return body.out.toByteArray();
    }

    static byte[] ofRotation(String newId, Rotation rotation, AttributeCodec codec) {
        JsonBody body = new JsonBody(codec);
        body.ascii("{\"newId\":");
        body.text(newId);
        body.ascii(",\"graceSeconds\":" + rotation.graceSeconds());
        SessionPatch changes = rotation.changes();
        if (changes != null && !changes.isEmpty()) {
            body.ascii(",\"changes\":");
            body.patch(changes.values());
        }
        body.ascii("}");
        return body.out.toByteArray();
    }

    static byte[] ofEnd(String time) {
        return ("{\"at\":\"" + time + "\"}").getBytes(StandardCharsets.US_ASCII);
    }

    private void patch(Values values) {
        ascii("{");
        String separator = "";
        if (!values.set().isEmpty()) {
            ascii("\"set\":");
            object(values.set());
            separator = ",";
        }
        if (!values.remove().isEmpty()) {
            ascii(separator);
            ascii("\"remove\":");
            String before = "[";
            for (String name : values.remove()) {
                ascii(before);
                text(name);
                before = ",";
            }
            ascii("]");
            separator = ",";
        }
        settings(values, separator);
        ascii("}");
    }

    private void object(Map<String, @Nullable Object> members) {
        ascii("{");
        String separator = "";
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            ascii(separator);
            text(member.getKey());
            ascii(":");
            out.writeBytes(value(member.getKey(), member.getValue(), codec));
            separator = ",";
        }
        ascii("}");
    }

    static byte[] value(String name, @Nullable Object value, AttributeCodec codec) {
        return value instanceof JsonBytes written ? written.json() : codec.encode(name, value);
    }

    private void settings(Values values, String before) {
        String separator = before;
        for (Map.Entry<String, @Nullable Object> setting : values.settings().entrySet()) {
            ascii(separator);
            text(setting.getKey());
            ascii(":");
            if (setting.getValue() instanceof String text) {
                text(text);
            } else {
                ascii(String.valueOf(setting.getValue()));
            }
            separator = ",";
        }
    }

    private void text(String text) {
        out.write('"');
        out.writeBytes(QUOTES.quoteAsUTF8(text));
        out.write('"');
    }

    private void ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
