package dev.sessionstore.client;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Attributes' values to JSON and back. {@link JsonCodec} is the usual one.
 *
 * <p>Implementations are thread-safe, and the same value gives the same JSON: by that it is told whether a value changed.
 */
public interface AttributeCodec {
    /**
     * @param value may be null, which is the value {@code null}
     * @return JSON text in UTF-8
     * @throws AttributeFormatException if it cannot be written; the message names the attribute and the value's class
     */
    byte[] encode(String name, @Nullable Object value);

    /**
     * @param json one value's text in UTF-8, compact and checked
     * @param type what it shall be; {@code Object.class}: whatever this codec makes of it by itself
     * @return null for the value {@code null}
     * @throws AttributeFormatException if it is nothing of that type; the message names the attribute and the type
     */
    @Nullable Object decode(String name, byte[] json, Type type);
}
