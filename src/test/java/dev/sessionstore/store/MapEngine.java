package dev.sessionstore.store;

import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell.Stamp;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The least that an engine must do, in a map of bytes. */
final class MapEngine implements Engine, Engine.Listing, Engine.Walk, Engine.Tally {
    final Map<SessionKey, byte[]> map = new ConcurrentHashMap<>();
    private final Map<SessionKey, Runnable> events = new ConcurrentHashMap<>();
    private final InstantSource clock;

    MapEngine(InstantSource clock) {
        this.clock = clock;
    }

    /** What happens once that key's cell was read, the next time, before it is answered. */
    void afterFindOf(SessionKey key, Runnable event) {
        events.put(key, event);
    }

    @Override
    public String name() {
        return "map";
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        byte[] bytes = map.get(key);
        Runnable event = events.remove(key);
        if (event != null) {
            event.run();
        }
        return bytes == null ? null : CellFormat.read(key, bytes);
    }

    private @Nullable Cell read(SessionKey key, byte @Nullable [] bytes) {
        try {
            return bytes == null ? null : CellFormat.read(key, bytes);
        } catch (UnreadableCellException e) {
            return null;
        }
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        Put[] outcome = new Put[1];
        map.compute(next.key(), (key, bytes) -> {
            Cell there = read(key, bytes);
            long now = clock.millis();
            boolean fits = expected == null
                    ? bytes == null
                    : there != null && there.stamp().equals(expected) && !there.isOver(now);
            outcome[0] =
                    fits ? Put.DONE : bytes != null && there == null ? Put.LOOK : Put.refusalBy(there, expected, now);
            return fits ? CellFormat.write(there == null ? next : next.accessed(there.accessedAt())) : bytes;
        });
        return outcome[0];
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        map.computeIfPresent(key, (same, bytes) -> {
            Cell there = read(key, bytes);
            return there != null && there.isSession() && !there.isOver(clock.millis())
                    ? CellFormat.write(there.accessed(accessedAt))
                    : bytes;
        });
    }

    @Override
    public void clear(Cell cell) {
        map.computeIfPresent(cell.key(), (key, bytes) -> {
            Cell there = read(key, bytes);
            return there != null && there.stamp().equals(cell.stamp()) ? null : bytes;
        });
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        map.computeIfPresent(key, (same, bytes) -> java.util.Arrays.equals(bytes, unreadable) ? null : bytes);
    }

    @Override
    public void ping() {}

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public Optional<Listing> listing() {
        return Optional.of(this);
    }

    @Override
    public Optional<Walk> walk() {
        return Optional.of(this);
    }

    @Override
    public Optional<Tally> tally() {
        return Optional.of(this);
    }

    private Stream<Cell> all() {
        return map.entrySet().stream().flatMap(entry -> Stream.ofNullable(read(entry.getKey(), entry.getValue())));
    }

    @Override
    public List<Cell> cells(String owner, @Nullable Place after, int limit) {
        return all().filter(cell -> owner.equals(cell.owner()))
                .filter(cell -> after == null || Place.of(cell).compareTo(after) > 0)
                .sorted(Comparator.comparing(Place::of))
                .limit(limit)
                .toList();
    }

    @Override
    public Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit) {
        List<Cell> cells = all().filter(
                        cell -> namespace == null || cell.namespace().equals(namespace))
                .filter(cell -> after == null || cell.key().compareTo(after.key()) > 0)
                .sorted(Comparator.comparing(Cell::key))
                .limit(limit)
                .toList();
        boolean more = cells.size() == limit;
        return new Part(cells, more ? new Page.Cursor(0, cells.get(limit - 1).key(), 0) : null);
    }

    @Override
    public Counted count(String namespace) {
        return countAll().getOrDefault(namespace, Counted.NONE);
    }

    @Override
    public Map<String, Counted> countAll() {
        Map<String, Counted> counts = new HashMap<>();
        long now = clock.millis();
        all().filter(cell -> cell.isSession() && now < cell.overAt() - cell.holdMillis())
                .forEach(cell -> counts.merge(
                        cell.namespace(),
                        new Counted(1, cell.body().length),
                        (a, b) -> new Counted(a.sessions() + b.sessions(), a.bytes() + b.bytes())));
        return counts;
    }

    @Override
    public void close() {}
}
