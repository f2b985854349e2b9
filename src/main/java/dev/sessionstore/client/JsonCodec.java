package dev.sessionstore.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Values as plain JSON, by one {@link ObjectMapper}. Reading by itself makes text, numbers, flags, lists and maps of them;
 * anything else is made when the reader names its type, so that what is stored never decides which class is made.
 */
public final class JsonCodec implements AttributeCodec {
    private final ObjectMapper mapper;
    private final ObjectReader plain;

    /**
     * With a mapper of its own: the modules that are on the class path, times as ISO 8601 text; unknown properties are
     * passed over.
     */
    public JsonCodec() {
        this(usualMapper());
    }

    /** @param mapper the application's own; not to be reconfigured afterwards */
    public JsonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
        plain = mapper.readerFor(Object.class);
    }

    /** Sessions outlive deployments: what a newer version of a class wrote, an older one must be able to read. */
    static JsonMapper usualMapper() {
        return JsonMapper.builder()
                .findAndAddModules()
                .addModule(new TimeText())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    @Override
    public byte[] encode(String name, @Nullable Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw unwritable(name, value, e);
        }
    }

    @Override
    public @Nullable Object decode(String name, byte[] json, Type type) {
        try {
            ObjectReader reader = type == Object.class ? plain : mapper.readerFor(mapper.constructType(type));
            return reader.readValue(json);
        } catch (IOException | RuntimeException e) {
            // Also what an application's own converter throws: its message may repeat the value, too.
            throw unreadable(name, type, e);
        }
    }

    /** An {@code Integer} is an {@code int}, too. */
    static boolean isA(Class<?> type, Object value) {
        return MethodType.methodType(type).wrap().returnType().isInstance(value);
    }

    /** Without the cause: its message repeats values. */
    static AttributeFormatException unwritable(String name, @Nullable Object value, Exception e) {
        return new AttributeFormatException(
                "attribute \"" + name + "\" of " + (value == null ? "null" : value.getClass())
                        + " cannot be written as JSON (" + e.getClass().getSimpleName() + ")",
                null);
    }

    /** Without the cause: its message repeats values. */
    static AttributeFormatException unreadable(String name, Type type, Exception e) {
        return new AttributeFormatException(
                "attribute \"" + name + "\" cannot be read as " + type.getTypeName() + " ("
                        + e.getClass().getSimpleName() + ")",
                null);
    }
}
