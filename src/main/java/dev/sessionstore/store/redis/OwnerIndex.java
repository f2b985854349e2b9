package dev.sessionstore.store.redis;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Engine.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Which cells an owner has: a sorted set per owner, which names each cell until the time that is its score. A cell says
 * in its value how long it is covered so; scripts write none that stands longer. So a listing may name too many, never
 * too few, and what it names in vain goes by itself: members when their time is over, the set with its last member. The
 * two keys need not live on one server.
 *
 * <p>Thread-safe.
 */
final class OwnerIndex implements Engine.Listing {
    private static final int MOST_AT_ONCE = 500;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int KEY_BYTES = 16;
    private static final int CREATED_AT_BYTES = 6;

    private final RedisCalls calls;
    private final RedisNames names;
    private final RedisCells cells;

    OwnerIndex(RedisCalls calls, RedisNames names, RedisCells cells) {
        this.calls = calls;
        this.names = names;
        this.cells = cells;
    }

    static byte[] member(SessionKey key, byte[] createdAt) {
        return ByteBuffer.allocate(KEY_BYTES + CREATED_AT_BYTES)
                .putLong(key.hi())
                .putLong(key.lo())
                .put(createdAt)
                .array();
    }

    static byte[] member(Cell cell) {
        return member(cell.key(), CellFormat.time(cell.createdAt()));
    }

    private static Place placeOf(byte[] member) {
        ByteBuffer in = ByteBuffer.wrap(member);
        SessionKey key = new SessionKey(in.getLong(), in.getLong());
        return new Place((in.getShort() & 0xffffL) << 32 | in.getInt() & 0xffffffffL, key);
    }

    /** The owner that a script names by its bytes. */
    static String owner(Object bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((byte[]) bytes);
    }

    /** As {@code cell.lua} has it, too. Until when a listing is to name a cell that begins: with some time to spare for accesses. */
    static long toCover(Cell cell) {
        return cell.droppedAt() + Math.min(cell.idleMillis() / 8, DAY_MILLIS) + 1000;
    }

    /** @return until when the member is covered now */
    CompletableFuture<Long> cover(RedisLink link, byte[] now, String owner, byte[] member, long until) {
        return RedisScripts.COVER
                .run(link, new byte[][] {names.listing(owner)}, now, member, number(until))
                .thenApply(reply -> (Long) reply.get(0));
    }

    /** Of a cell that left. Nobody waits: a member too many does no harm, and its time comes. */
    void uncover(RedisLink link, String owner, byte[] member, long covered) {
        RedisScripts.UNCOVER
                .run(link, new byte[][] {names.listing(owner)}, member, number(covered))
                .exceptionally(failure -> List.of());
    }

    static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    /** A place with its handle, by which thousands are sorted. */
    private record Named(Place place, String handle) implements Comparable<Named> {
        Named(Place place) {
            this(place, place.key().handle());
        }

        @Override
        public int compareTo(Named other) {
            int byTime = Long.compare(other.place.createdAt(), place.createdAt());
            return byTime != 0 ? byTime : handle.compareTo(other.handle);
        }
    }

    @Override
    public List<Cell> cells(String owner, @Nullable Place after, int limit) {
        List<byte[]> members = calls.call(link -> link.commands()
                .zrange(names.listing(owner), 0, -1)
                .toCompletableFuture()
                .exceptionally(failure -> {
                    if (RedisFailure.isWrongType(failure)) {
                        return cells.unreadable();
                    }
                    throw new CompletionException(failure);
                }));
        Named begin = after == null ? null : new Named(after);
        List<Place> places = members.stream()
                .filter(member -> member.length == KEY_BYTES + CREATED_AT_BYTES)
                .map(member -> new Named(placeOf(member)))
                .filter(each -> begin == null || each.compareTo(begin) > 0)
                .sorted()
                .map(Named::place)
                .toList();
        List<Cell> found = new ArrayList<>();
        for (int from = 0; from < places.size() && found.size() < limit; ) {
            int to = Math.min(places.size(), from + Math.min(MOST_AT_ONCE, limit - found.size()));
            List<Place> part = places.subList(from, to);
            Set<Place> named = new HashSet<>(part);
            for (Cell cell : cells.read(part.stream().map(Place::key).toList())) {
                if (owner.equals(cell.owner()) && named.contains(Place.of(cell))) {
                    found.add(cell);
                }
            }
            from = to;
        }
        return found;
    }
}
