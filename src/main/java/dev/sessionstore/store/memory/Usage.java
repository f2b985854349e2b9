package dev.sessionstore.store.memory;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is held: in total, against the limits, and by namespace. Tombstones count to the total of bytes alone.
 *
 * <p>Thread-safe. Every number is a sum of changes that may arrive in any order, so one may be off by a change in
 * flight and is right when none is.
 */
final class Usage {
    private final MemoryEstimate estimate;
    private final long maxSessions;
    private final long maxBytes;
    private final AtomicLong sessions = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong tombstones = new AtomicLong();
    private final AtomicLong tombstoneBytes = new AtomicLong();
    private final ConcurrentHashMap<String, Counted> namespaces = new ConcurrentHashMap<>();

    /**
     * @param maxSessions 0: no limit
     * @param maxBytes 0: no limit
     */
    Usage(MemoryEstimate estimate, long maxSessions, long maxBytes) {
        this.estimate = estimate;
        this.maxSessions = maxSessions == 0 ? Long.MAX_VALUE : maxSessions;
        this.maxBytes = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
    }

    /** What the change takes more, or less if negative. */
    long growth(@Nullable Object from, @Nullable Object to) {
        return estimate.bytesOf(to) - estimate.bytesOf(from);
    }

    /** Takes room before it is used, so that two writers cannot both have the last of it. Nothing is taken on false. */
    boolean reserve(long moreSessions, long moreBytes) {
        if (!add(sessions, moreSessions, maxSessions)) {
            return false;
        }
        if (!add(bytes, moreBytes, maxBytes)) {
            sessions.addAndGet(-moreSessions);
            return false;
        }
        return true;
    }

    /** Takes room whether it is there or not, or gives some back. */
    void take(long moreSessions, long moreBytes) {
        sessions.addAndGet(moreSessions);
        bytes.addAndGet(moreBytes);
    }

    /** Counts a change for which no room was taken. */
    void changed(@Nullable Object from, @Nullable Object to) {
        take(sessions(to) - sessions(from), growth(from, to));
        changedInRoomTaken(from, to);
    }

    /** Counts a change for which exactly the room that it takes was taken before. */
    void changedInRoomTaken(@Nullable Object from, @Nullable Object to) {
        if (from instanceof Session before
                && to instanceof Session after
                && before.namespace().equals(after.namespace())) {
            add(before.namespace(), 0, growth(from, to));
            return;
        }
        note(from, -1);
        note(to, 1);
    }

    private void note(@Nullable Object value, int sign) {
        if (value instanceof Session session) {
            add(session.namespace(), sign, sign * estimate.bytesOf(session));
        } else if (value instanceof Tombstone) {
            tombstones.addAndGet(sign);
            tombstoneBytes.addAndGet(sign * estimate.bytesOf(value));
        }
    }

    private void add(String namespace, long moreSessions, long moreBytes) {
        if (moreSessions == 0 && moreBytes == 0) {
            return;
        }
        namespaces.compute(namespace, (same, held) -> {
            Counted before = held == null ? Counted.NONE : held;
            Counted after = new Counted(before.sessions() + moreSessions, before.bytes() + moreBytes);
            // A namespace exists by being used: one that is not leaves nothing behind.
            return after.equals(Counted.NONE) ? null : after;
        });
    }

    /** For loading many: adds up by itself, and to the rest when it is closed. For one thread. */
    Tally tally() {
        return new Tally();
    }

    final class Tally implements AutoCloseable {
        private String namespace = "";
        private long sessionsHere;
        private long bytesHere;
        private long sessionsInAll;
        private long bytesInAll;

        void add(Session session) {
            if (!session.namespace().equals(namespace)) {
                closeNamespace();
                namespace = session.namespace();
            }
            sessionsHere++;
            bytesHere += estimate.bytesOf(session);
        }

        void add(Tombstone tombstone) {
            note(tombstone, 1);
            bytesInAll += estimate.bytesOf(tombstone);
        }

        private void closeNamespace() {
            Usage.this.add(namespace, sessionsHere, bytesHere);
            sessionsInAll += sessionsHere;
            bytesInAll += bytesHere;
            sessionsHere = 0;
            bytesHere = 0;
        }

        @Override
        public void close() {
            closeNamespace();
            take(sessionsInAll, bytesInAll);
        }
    }

    Counted count(String namespace) {
        Counted counted = namespaces.getOrDefault(namespace, Counted.NONE);
        return counted.sessions() <= 0 ? Counted.NONE : counted;
    }

    Map<String, Counted> countAll() {
        Map<String, Counted> counted = new HashMap<>(namespaces);
        counted.values().removeIf(each -> each.sessions() <= 0);
        return counted;
    }

    long sessions() {
        return sessions.get();
    }

    long bytes() {
        return bytes.get();
    }

    long tombstones() {
        return tombstones.get();
    }

    boolean hasRoomForSessions(long more) {
        return sessions() <= maxSessions - more;
    }

    boolean hasRoomForBytes(long more) {
        return bytes() <= maxBytes - more;
    }

    /** Whether there would be room without any tombstone. */
    boolean couldHaveRoomForBytes(long more) {
        return bytes() - tombstoneBytes.get() <= maxBytes - more;
    }

    String sessionsFull() {
        return "the store holds " + sessions() + " sessions; the limit is " + maxSessions;
    }

    String bytesFull() {
        return "the store holds " + bytes() + " bytes; the limit is " + maxBytes;
    }

    private static int sessions(@Nullable Object value) {
        return value instanceof Session ? 1 : 0;
    }

    private static boolean add(AtomicLong total, long more, long limit) {
        if (more == 0) {
            return true;
        }
        if (more < 0) {
            total.addAndGet(more);
            return true;
        }
        long before = total.get();
        while (before <= limit - more) {
            if (total.compareAndSet(before, before + more)) {
                return true;
            }
            before = total.get();
        }
        return false;
    }
}
