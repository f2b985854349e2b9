package dev.sessionstore.store.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of heap an entry takes, with its share of tables, wheel and index: computed from the layout that this
 * JVM gives objects, and held to the real heap by a test.
 *
 * <p>Immutable and thread-safe.
 */
final class MemoryEstimate {
    /** A hash table that doubles is between three eighths and three quarters full: two places an entry. */
    private static final int TABLE_PLACES = 2;

    private final int header;
    private final int reference;
    /** Of an entry without its value and what the value refers to: key, node, places in table and wheel. */
    private final long entry;

    private final long session;
    private final long tombstone;
    private final long rotation;
    private final long indexed;

    MemoryEstimate(boolean evicts) {
        this(evicts, isOn("UseCompactObjectHeaders", false) ? 8 : 12, isOn("UseCompressedOops", false) ? 4 : 8);
    }

    private MemoryEstimate(boolean evicts, int header, int reference) {
        this.header = header;
        this.reference = reference;
        long key = object(0, 2, 0);
        long node = object(3, 0, 4);
        long place = (long) TABLE_PLACES * reference;
        // Caffeine's node refers to key, value and two neighbours; beside it go 16 bytes of its frequency sketch.
        long policy = evicts ? object(4, 0, 12) + 16 : 0;
        entry = key + node + place + place + policy;
        session = object(6, 5, 2 * 4 + 1);
        // A place in the line of tombstones, and the session's own in the wheel, which it leaves only at its turn.
        tombstone = object(4, 2, 0) + place + place;
        rotation = object(2, 2, 0);
        // As if each session had a principal of its own: entry and place, its key, its set and the set's array.
        indexed = node + place + object(2, 0, 0) + object(1, 0, 4) + array(2L * reference);
    }

    /** Of a session or a tombstone; 0 for what only passes. */
    long bytesOf(@Nullable Object value) {
        if (value instanceof Session live) {
            return entry + bytes(live);
        }
        if (value instanceof Tombstone gone) {
            Tombstone.Rotation moved = gone.rotation();
            return entry + tombstone + (moved == null ? 0 : rotation + bytes(moved.before()));
        }
        return 0;
    }

    private long bytes(Session value) {
        long bytes = session + text(value.label());
        if (value.principal() != null) {
            bytes += text(value.principal()) + indexed;
        }
        byte[] binding = value.binding();
        if (binding != null) {
            bytes += array(binding.length);
        }
        byte[] json = value.attributes().json();
        return json == Attributes.NONE.json() ? bytes : bytes + array(json.length);
    }

    private long text(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        return object(1, 0, 6) + array(isLatin1(text) ? text.length() : 2L * text.length());
    }

    /** The JVM keeps such a string in one byte a character. */
    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private long object(int references, int longs, int rest) {
        return aligned(header + (long) references * reference + 8L * longs + rest);
    }

    private long array(long bytes) {
        return aligned(header + 4 + bytes);
    }

    private static long aligned(long bytes) {
        return (bytes + 7) & ~7L;
    }

    /** A JVM that does not know the option, or is no HotSpot, gets the larger estimate. */
    private static boolean isOn(String option, boolean otherwise) {
        try {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return jvm == null
                    ? otherwise
                    : Boolean.parseBoolean(jvm.getVMOption(option).getValue());
        } catch (IllegalArgumentException unknownOption) {
            return otherwise;
        }
    }
}
