package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes of every kind, the same for the same seed, and the bytes of a journal that tells them. */
final class Changes {
    static final long NOW = 1_767_225_600_000L;
    private static final String[] PRINCIPALS = {
        null, "", "mary", "Ægir Þórsson", "用户-7", "\uD83D\uDE80 rocket", "o'\"\\\n"
    };

    private final Random random;
    private final int mostBytes;
    private final List<Session> live = new ArrayList<>();
    private long order;

    /** @param mostBytes of attributes */
    private Changes(long seed, int mostBytes) {
        random = new Random(seed);
        this.mostBytes = mostBytes;
    }

    static List<Change> varied(long seed, int count, int mostBytes) {
        Changes changes = new Changes(seed, mostBytes);
        List<Change> told = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            told.add(changes.next(i));
        }
        return told;
    }

    private Change next(int at) {
        if (live.size() < 3) {
            return begin(at);
        }
        int chosen = random.nextInt(live.size());
        Session held = live.get(chosen);
        switch (at % 9) {
            case 2 -> {
                live.remove(chosen);
                Reason why = Reason.values()[random.nextInt(Reason.values().length)];
                return new Change.Gone(
                        new Tombstone(held.key(), held.namespace(), why, NOW + at, NOW + at + 300_000, null));
            }
            case 3, 4 -> {
                boolean grace = at % 9 == 3;
                Session arrived =
                        held.with().key(key()).version(held.version() + 1).build();
                live.set(chosen, arrived);
                Session before =
                        grace ? held : held.with().attributes(Attributes.NONE).build();
                Tombstone.Rotation to =
                        new Tombstone.Rotation(arrived.key(), before, grace ? NOW + 9_000 : Long.MIN_VALUE, ++order);
                Tombstone left =
                        new Tombstone(held.key(), held.namespace(), Reason.ROTATED, NOW + at, NOW + at + 300_000, to);
                return new Change.Moved(left, arrived);
            }
            case 5 -> {
                List<Change.Touch> touches = new ArrayList<>();
                for (int i = 0; i < live.size(); i++) {
                    Session accessed = live.get(i).accessed(NOW + at * 1000L + i);
                    live.set(i, accessed);
                    touches.add(new Change.Touch(accessed.key(), accessed.incarnation(), accessed.lastAccessedAt()));
                }
                return new Change.Touched(touches.subList(0, Math.min(4, touches.size())));
            }
            case 6 -> {
                live.remove(chosen);
                return random.nextBoolean()
                        ? new Change.Removed(held.key())
                        : new Change.Evicted(held.key(), held.incarnation(), held.version());
            }
            case 7, 8 -> {
                Session changed = held.with()
                        .version(held.version() + 1)
                        .attributes(attributes(at))
                        .build();
                live.set(chosen, changed);
                return new Change.Live(changed);
            }
            default -> {
                return begin(at);
            }
        }
    }

    private Change begin(int at) {
        Session.Builder session = Session.written(
                        key(), random.nextInt(4) == 0 ? "admin-console" : "shop", random.nextLong(), NOW + at)
                .version(1)
                .lastAccessedAt(NOW + at)
                .idleSeconds(random.nextBoolean() ? 1800 : 3_155_760_000L)
                .absoluteSeconds(random.nextBoolean() ? 0 : 86_400)
                .principal(PRINCIPALS[random.nextInt(PRINCIPALS.length)])
                .permanent(random.nextBoolean())
                .attributes(attributes(at));
        if (random.nextInt(3) == 0) {
            session.label("Firefox on " + random.nextInt(100) + " ☂");
        }
        if (random.nextInt(3) == 0) {
            byte[] binding = new byte[32];
            random.nextBytes(binding);
            session.binding(binding);
        }
        if (random.nextInt(4) == 0) {
            session.endsAt(NOW + 3_600_000);
        }
        Session built = session.build();
        live.add(built);
        return new Change.Live(built);
    }

    private SessionKey key() {
        return new SessionKey(random.nextLong(), random.nextLong());
    }

    private Attributes attributes(int at) {
        // Few large ones: what is tried with every offset must stay small.
        int most = at % 40 == 0 ? mostBytes : Math.min(mostBytes, 60);
        int size = random.nextInt(most + 1);
        if (size < 8) {
            return Attributes.NONE;
        }
        StringBuilder json = new StringBuilder("{\"a\":\"");
        while (json.length() < size - 2) {
            json.append((char) ('a' + random.nextInt(26)));
        }
        return Attributes.ofCheckedJson(json.append("\"}").toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A file, and where each of its frames ends. */
    record Written(byte[] bytes, List<Integer> ends) {}

    static Written journal(FileHeader header, DataKeys keys, List<Change> changes) {
        ByteWriter out = new ByteWriter(1 << 12);
        out.put(header.encode());
        FrameWriter frames = new FrameWriter(header, keys.writingSealing(header));
        RecordWriter records = new RecordWriter();
        List<Integer> ends = new ArrayList<>();
        long number = header.base();
        for (Change change : changes) {
            int frame = frames.begin(out);
            records.write(change, out);
            frames.end(out, frame, ++number);
            ends.add(out.length());
        }
        byte[] bytes = new byte[out.length()];
        out.toBuffer().get(bytes);
        return new Written(bytes, ends);
    }
}
