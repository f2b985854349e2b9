package dev.sessionstore.wire;

import org.jspecify.annotations.Nullable;

/** A field that a caller may leave out (it stays as it is), set to {@code null} (none), or give a value. */
public final class Field<T> {
    private static final Field<Object> ABSENT = new Field<>(false, null);
    private static final Field<Object> NONE = new Field<>(true, null);

    private final boolean present;
    private final @Nullable T value;

    private Field(boolean present, @Nullable T value) {
        this.present = present;
        this.value = value;
    }

    /** It was not mentioned. */
    @SuppressWarnings("unchecked") // holds no value
    public static <T> Field<T> absent() {
        return (Field<T>) ABSENT;
    }

    /** It was {@code null}. */
    @SuppressWarnings("unchecked") // holds no value
    public static <T> Field<T> none() {
        return (Field<T>) NONE;
    }

    public static <T> Field<T> of(T value) {
        return new Field<>(true, value);
    }

    /** Whether it was mentioned at all, be it as {@code null}. */
    public boolean isPresent() {
        return present;
    }

    /** The value; null if there shall be none; what is given here if the field was not mentioned. */
    public @Nullable T or(@Nullable T current) {
        return present ? value : current;
    }

    /** The state only: values may be secret. */
    @Override
    public String toString() {
        return !present ? "Field[absent]" : value == null ? "Field[none]" : "Field[given]";
    }
}
