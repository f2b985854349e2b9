package dev.sessionstore.client.spring;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.TypedJsonCodec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Spring Security's own attributes by a mapper that Spring Security configures, all others by another codec. Its types
 * have no public properties that a mapper could guess; its Jackson modules know them, and allow no others.
 *
 * <pre>{@code
 * JsonMapper security = JsonMapper.builder() // of Jackson 3
 *         .addModules(SecurityJacksonModules.getModules(getClass().getClassLoader()))
 *         .build();
 * new SpringSecurityCodec(security::writeValueAsBytes, json -> security.readValue(json, Object.class));
 * }</pre>
 *
 * <p>A class of the application's own within the security context, such as its {@code UserDetails}, must be allowed in that
 * mapper: {@code getModules(loader, BasicPolymorphicTypeValidator.builder().allowIfSubType(ShopUser.class))}.
 */
public final class SpringSecurityCodec implements AttributeCodec {
    /** Makes JSON text in UTF-8 that says its class. */
    @FunctionalInterface
    public interface Writer {
        byte[] write(Object value) throws Exception;
    }

    /** Reads what the {@link Writer} made. */
    @FunctionalInterface
    public interface Reader {
        @Nullable Object read(byte[] json) throws Exception;
    }

    private final Writer writer;
    private final Reader reader;
    private final AttributeCodec others;

    /** All other attributes by a {@link TypedJsonCodec} of the JDK's values. */
    public SpringSecurityCodec(Writer writer, Reader reader) {
        this(writer, reader, TypedJsonCodec.builder().build());
    }

    /** @param others for the application's own attributes */
    public SpringSecurityCodec(Writer writer, Reader reader, AttributeCodec others) {
        this.writer = Objects.requireNonNull(writer, "writer");
        this.reader = Objects.requireNonNull(reader, "reader");
        this.others = Objects.requireNonNull(others, "others");
    }

    private static boolean isSecuritys(String name) {
        return name.startsWith("SPRING_SECURITY_") || name.startsWith("org.springframework.security.");
    }

    @Override
    public byte[] encode(String name, @Nullable Object value) {
        if (!isSecuritys(name)) {
            return others.encode(name, value);
        }
        if (value == null) {
            return "null".getBytes(StandardCharsets.US_ASCII);
        }
        try {
            return writer.write(value);
        } catch (Exception e) {
            // Without the cause: its message repeats values.
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" of " + value.getClass() + " cannot be written as JSON ("
                            + e.getClass().getSimpleName() + ")",
                    null);
        }
    }

    @Override
    public @Nullable Object decode(String name, byte[] json, Type type) {
        if (!isSecuritys(name)) {
            return others.decode(name, json, type);
        }
        Object value;
        try {
            value = reader.read(json);
        } catch (Exception e) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" cannot be read (" + e.getClass().getSimpleName() + ")", null);
        }
        if (value != null && type instanceof Class<?> wanted && !wanted.isInstance(value)) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" is a " + value.getClass().getName() + ", not a " + type.getTypeName(),
                    null);
        }
        return value;
    }
}
