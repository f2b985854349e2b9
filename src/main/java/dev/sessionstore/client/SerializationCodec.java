package dev.sessionstore.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values by Java serialisation, as base64 in a JSON string: for applications whose attributes are {@code Serializable} and
 * nothing else. To read such a stream can run code, so the application must say which classes may be in it; a class that
 * its filter leaves undecided is refused. Prefer {@link TypedJsonCodec}.
 */
public final class SerializationCodec implements AttributeCodec {
    private final ObjectInputFilter filter;

    /**
     * @param filter what may be read, say {@code
     *     ObjectInputFilter.Config.createFilter("com.example.shop.*;java.util.*;java.lang.*")}; no pattern of it needs to
     *     refuse the rest. Even a list of the application's own needs {@code java.lang}: it is read by way of an array.
     */
    public SerializationCodec(ObjectInputFilter filter) {
        this.filter = ObjectInputFilter.rejectUndecidedClass(Objects.requireNonNull(filter, "filter"));
    }

    @Override
    public byte[] encode(String name, @Nullable Object value) {
        if (value == null) {
            return "null".getBytes(StandardCharsets.US_ASCII);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (NotSerializableException e) {
            // Its message is the class' name.
            throw unwritable(name, value, e.toString());
        } catch (IOException | RuntimeException e) {
            throw unwritable(name, value, e.getClass().getSimpleName());
        }
        return ('"' + Base64.getEncoder().encodeToString(bytes.toByteArray()) + '"')
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static AttributeFormatException unwritable(String name, Object value, String why) {
        return new AttributeFormatException(
                "attribute \"" + name + "\" of " + value.getClass() + " cannot be serialised (" + why + ")", null);
    }

    @Override
    public @Nullable Object decode(String name, byte[] json, Type type) {
        if (json.length < 2 || json[0] != '"') {
            if (Arrays.equals(json, "null".getBytes(StandardCharsets.US_ASCII))) {
                return null;
            }
            throw new AttributeFormatException("attribute \"" + name + "\" is not a serialised value", null);
        }
        Object value;
        try (ObjectInputStream in = new FilteredStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(Arrays.copyOfRange(json, 1, json.length - 1))))) {
            in.setObjectInputFilter(filter);
            value = in.readObject();
        } catch (InvalidClassException e) {
            throw new AttributeFormatException(
                    "attribute \"" + name
                            + "\" holds a class that the filter does not allow, or another version of one",
                    e);
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" cannot be read back ("
                            + e.getClass().getSimpleName() + ")",
                    null);
        }
        if (type instanceof Class<?> wanted && !JsonCodec.isA(wanted, value)) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" is a " + value.getClass().getName() + ", not a " + type.getTypeName(),
                    null);
        }
        return value;
    }

    /** Finds the application's classes where a container keeps them. */
    private static final class FilteredStream extends ObjectInputStream {
        FilteredStream(ByteArrayInputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader != null) {
                try {
                    return Class.forName(description.getName(), false, loader);
                } catch (ClassNotFoundException e) {
                    // Primitive types, and what only this class' own loader knows.
                }
            }
            return super.resolveClass(description);
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader == null) {
                return super.resolveProxyClass(interfaces);
            }
            Class<?>[] types = new Class<?>[interfaces.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = Class.forName(interfaces[i], false, loader);
            }
            return Proxy.newProxyInstance(loader, types, (proxy, method, arguments) -> null)
                    .getClass();
        }
    }
}
