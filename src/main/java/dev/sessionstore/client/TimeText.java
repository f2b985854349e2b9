package dev.sessionstore.client;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * The JDK's times as ISO 8601 text. Jackson does so only with another library, of which the client must not depend, and then
 * as numbers: what is stored shall not change with an application's class path.
 */
final class TimeText extends SimpleModule {
    private static final long serialVersionUID = 1L;

    private final HashSet<String> types = new HashSet<>();

    TimeText() {
        super("session-store-times");
        add(Instant.class, Instant::parse);
        add(Duration.class, Duration::parse);
        add(Period.class, Period::parse);
        add(LocalDate.class, LocalDate::parse);
        add(LocalTime.class, LocalTime::parse);
        add(LocalDateTime.class, LocalDateTime::parse);
        add(OffsetTime.class, OffsetTime::parse);
        add(OffsetDateTime.class, OffsetDateTime::parse);
        add(ZonedDateTime.class, ZonedDateTime::parse);
        add(ZoneOffset.class, ZoneOffset::of);
        add(Year.class, Year::parse);
        add(YearMonth.class, YearMonth::parse);
        add(MonthDay.class, MonthDay::parse);
    }

    /** The names of the classes that it writes and reads. */
    static Set<String> types() {
        return new TimeText().types;
    }

    private <T> void add(Class<T> type, Function<String, T> parse) {
        types.add(type.getName());
        addSerializer(type, new ToStringSerializer(type));
        addDeserializer(type, new FromText<>(type, parse));
    }

    private static final class FromText<T> extends FromStringDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Function<String, T> parse;

        FromText(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        protected T _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return parse.apply(text);
            } catch (DateTimeException e) {
                @SuppressWarnings("unchecked") // what stands for a value of this type is one
                T instead = (T) context.handleWeirdStringValue(_valueClass, text, "not ISO 8601");
                return instead;
            }
        }
    }
}
