package dev.sessionstore.store.memory;

import dev.sessionstore.core.Page;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Shown;
import dev.sessionstore.store.memory.Places.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a namespace in the order of keys, shard after shard, keeping no more than a page in memory. Thread-safe.
 */
final class NamespaceScan {
    /** A small namespace among many sessions gets short pages rather than one long wait. */
    private static final int MOST_LOOKED_AT = 50_000;

    private final Holdings holdings;
    private final Rotations rotations;

    NamespaceScan(Holdings holdings, Rotations rotations) {
        this.holdings = holdings;
        this.rotations = rotations;
    }

    Page page(@Nullable String namespace, Shown shown, Page.@Nullable Cursor after, int limit) {
        long since = after == null ? rotations.last() : after.since();
        SessionKey from = after == null ? null : after.key();
        Entries entries = holdings.entries;
        List<Session> sessions = new ArrayList<>();
        Set<Long> incarnations = new HashSet<>();
        int looked = 0;
        for (int shard = from == null ? 0 : entries.shardOf(from); shard < entries.shards(); shard++) {
            if (looked > MOST_LOOKED_AT) {
                return new Page(sessions, new Page.Cursor(0, entries.lastKeyOf(shard - 1), since));
            }
            Map<SessionKey, Object> held = entries.shard(shard);
            looked += held.size();
            int wanted = limit - sessions.size();
            List<Place> found = smallest(held, namespace, shown, from, since, wanted);
            for (Place place : found) {
                if (incarnations.add(place.session().incarnation())) {
                    sessions.add(place.session());
                }
            }
            // Full even if one was there twice and the page is short: this shard may have more.
            if (found.size() == wanted) {
                return new Page(
                        sessions, new Page.Cursor(0, found.get(wanted - 1).key(), since));
            }
        }
        return new Page(sessions, null);
    }

    /** In order. Keys of a shard that are up to {@code from} were shown before. */
    private List<Place> smallest(
            Map<SessionKey, Object> shard,
            @Nullable String namespace,
            Shown shown,
            @Nullable SessionKey from,
            long since,
            int limit) {
        long now = holdings.clock.millis();
        Places view = new Places(holdings, since, now);
        PriorityQueue<Place> largestFirst = new PriorityQueue<>(Place.BY_KEY.reversed());
        for (Map.Entry<SessionKey, Object> entry : shard.entrySet()) {
            SessionKey key = entry.getKey();
            if (from != null && key.compareTo(from) <= 0) {
                continue;
            }
            if (largestFirst.size() == limit
                    && key.compareTo(largestFirst.element().key()) > 0) {
                continue;
            }
            Session session = view.shown(holdings.seen(key, entry.getValue(), now));
            if (session != null
                    && (namespace == null || session.namespace().equals(namespace))
                    && shown.shows(session, now)) {
                largestFirst.add(new Place(0, key, session));
                if (largestFirst.size() > limit) {
                    largestFirst.remove();
                }
            }
        }
        List<Place> inOrder = new ArrayList<>(largestFirst);
        inOrder.sort(Place.BY_KEY);
        return inOrder;
    }
}
