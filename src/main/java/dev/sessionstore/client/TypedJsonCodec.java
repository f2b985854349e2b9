package dev.sessionstore.client;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.TypeIdResolver;
import com.fasterxml.jackson.databind.jsontype.impl.ClassNameIdResolver;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON that says their class, for hosts whose {@code getAttribute(name)} names none: what was put in comes out as
 * the same class. Only classes that the application allows are written or made, besides text, numbers, times and the
 * JDK's collections: what is stored can start no other code.
 *
 * <pre>{@code
 * TypedJsonCodec.builder().allow(Cart.class).allowPackage("com.example.shop.model").build()
 * }</pre>
 *
 * <p>Text, flags, {@code Integer} and {@code Double} are plain JSON; anything else is an array of class name and value.
 * What {@code List.of} and its like made comes out as unmodifiable as it was, what {@code Arrays.asList} made as an
 * {@code ArrayList}.
 */
public final class TypedJsonCodec implements AttributeCodec {
    /** By name, not by package: not all that is in {@code java.util} is a harmless value. */
    private static final Set<String> HARMLESS = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Short",
            "java.lang.String",
            "java.math.BigDecimal",
            "java.math.BigInteger",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.Arrays$ArrayList",
            "java.util.Collections$EmptyList",
            "java.util.Collections$EmptyMap",
            "java.util.Collections$EmptySet",
            "java.util.Collections$SingletonList",
            "java.util.Collections$SingletonMap",
            "java.util.Collections$SingletonSet",
            "java.util.Collections$UnmodifiableCollection",
            "java.util.Collections$UnmodifiableList",
            "java.util.Collections$UnmodifiableMap",
            "java.util.Collections$UnmodifiableRandomAccessList",
            "java.util.Collections$UnmodifiableSet",
            "java.util.Date",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.ImmutableCollections$List12",
            "java.util.ImmutableCollections$ListN",
            "java.util.ImmutableCollections$Map1",
            "java.util.ImmutableCollections$MapN",
            "java.util.ImmutableCollections$Set12",
            "java.util.ImmutableCollections$SetN",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.Locale",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.UUID",
            "java.net.URI",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.CopyOnWriteArrayList");

    private static final Set<String> TIMES = TimeText.types();

    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final ObjectMapper mapper;

    private TypedJsonCodec(Builder from) {
        Allowed allowed = new Allowed(List.copyOf(from.allowed));
        mapper = from.mapper.copy();
        mapper.setDefaultTyping(new Typing(allowed));
        reader = mapper.readerFor(Object.class);
        writer = mapper.writerFor(Object.class);
    }

    /** Nothing allowed yet but text, numbers, times and the JDK's collections. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public byte[] encode(String name, @Nullable Object value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof NotAllowedException notAllowed) {
                    throw new AttributeFormatException(
                            "attribute \"" + name + "\" holds a " + notAllowed.className
                                    + ", which is not allowed; allow(…) it, or its package, when the codec is built",
                            null);
                }
            }
            throw JsonCodec.unwritable(name, value, e);
        }
    }

    @Override
    public @Nullable Object decode(String name, byte[] json, Type type) {
        Object value;
        try {
            value = reader.readValue(json);
        } catch (IOException | RuntimeException e) {
            throw JsonCodec.unreadable(name, type, e);
        }
        Class<?> wanted = mapper.constructType(type).getRawClass();
        if (value != null && !JsonCodec.isA(wanted, value)) {
            throw new AttributeFormatException(
                    "attribute \"" + name + "\" is a " + value.getClass().getName() + ", not a " + type.getTypeName(),
                    null);
        }
        return value;
    }

    /** Not thread-safe. */
    public static final class Builder {
        private ObjectMapper mapper = JsonCodec.usualMapper();
        private final List<Predicate<Class<?>>> allowed = new ArrayList<>();

        private Builder() {
            allowed.add(type ->
                    HARMLESS.contains(type.getName()) || TIMES.contains(type.getName()) || isArrayOfPrimitives(type));
        }

        private static boolean isArrayOfPrimitives(Class<?> type) {
            return type.isArray() && type.getComponentType().isPrimitive();
        }

        /** The application's own mapper; it is copied. */
        public Builder objectMapper(ObjectMapper value) {
            mapper = value;
            return this;
        }

        /** These classes, and arrays of them. Not their subclasses. */
        public Builder allow(Class<?>... classes) {
            Set<Class<?>> these = Set.of(classes);
            allowed.add(these::contains);
            return this;
        }

        /**
         * All classes of that package and those below. For packages of plain values only.
         *
         * @param name {@code com.example.shop.model}
         */
        public Builder allowPackage(String name) {
            if (!name.contains(".")) {
                throw new IllegalArgumentException("\"" + name + "\" is too wide; name a package of your own values");
            }
            allowed.add(type -> type.getName().startsWith(name + "."));
            return this;
        }

        /** What was said so far; the builder can go on. */
        public TypedJsonCodec build() {
            return new TypedJsonCodec(this);
        }
    }

    /** A class that the application did not allow. */
    private static final class NotAllowedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String className;

        NotAllowedException(Class<?> type) {
            super(type.getName());
            className = type.getName();
        }
    }

    private record Allowed(List<Predicate<Class<?>>> rules) {
        boolean allows(Class<?> type) {
            Class<?> element = type;
            while (element.isArray() && !element.getComponentType().isPrimitive()) {
                element = element.getComponentType();
            }
            Class<?> tested = element;
            return rules.stream().anyMatch(rule -> rule.test(tested));
        }

        PolymorphicTypeValidator validator() {
            return BasicPolymorphicTypeValidator.builder()
                    .allowIfSubType(new BasicPolymorphicTypeValidator.TypeMatcher() {
                        @Override
                        public boolean match(MapperConfig<?> config, Class<?> type) {
                            return allows(type);
                        }
                    })
                    .build();
        }
    }

    /** Says the class of every value whose declared type leaves it open, and refuses what is not allowed on the way out, too. */
    private static final class Typing extends ObjectMapper.DefaultTypeResolverBuilder {
        private static final long serialVersionUID = 1L;
        private final transient Allowed allowed;

        Typing(Allowed allowed) {
            super(ObjectMapper.DefaultTyping.NON_FINAL, allowed.validator());
            this.allowed = allowed;
            init(JsonTypeInfo.Id.CLASS, null);
            inclusion(JsonTypeInfo.As.WRAPPER_ARRAY);
        }

        @Override
        protected TypeIdResolver idResolver(
                MapperConfig<?> config,
                JavaType baseType,
                PolymorphicTypeValidator validator,
                Collection<NamedType> subtypes,
                boolean forSerialization,
                boolean forDeserialization) {
            return new ClassNameIdResolver(baseType, config.getTypeFactory(), subtypes, validator) {
                @Override
                public String idFromValue(Object value) {
                    return asItIsRead(super.idFromValue(checked(value)));
                }

                @Override
                public String idFromValueAndType(Object value, Class<?> type) {
                    return asItIsRead(super.idFromValueAndType(checked(value), type));
                }
            };
        }

        /**
         * The classes behind {@code List.of} cannot be made by name, and have no name that stays. Said is what stands for
         * them when they are read, so that the same value gives the same JSON afterwards.
         */
        private static String asItIsRead(String id) {
            return switch (id) {
                case "java.util.Arrays$ArrayList" -> "java.util.ArrayList";
                case "java.util.ImmutableCollections$List12", "java.util.ImmutableCollections$ListN" ->
                    "java.util.Collections$UnmodifiableRandomAccessList";
                case "java.util.ImmutableCollections$Set12", "java.util.ImmutableCollections$SetN" ->
                    "java.util.Collections$UnmodifiableSet";
                case "java.util.ImmutableCollections$Map1", "java.util.ImmutableCollections$MapN" ->
                    "java.util.Collections$UnmodifiableMap";
                default -> id;
            };
        }

        private Object checked(Object value) {
            Class<?> type = value.getClass();
            Class<?> declared = value instanceof Enum<?> constant ? constant.getDeclaringClass() : type;
            if (!allowed.allows(declared)) {
                throw new NotAllowedException(declared);
            }
            return value;
        }
    }
}
