package dev.sessionstore.store.memory;

import dev.sessionstore.core.SessionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys in one array: open addressing, linear probing, and deletion that moves the followers back, so that it
 * never fills with marks. A {@link java.util.HashSet} would take 40 bytes a key where this takes about eight.
 *
 * <p>Not thread-safe.
 */
final class SessionKeySet {
    /** Two places hold one key: most principals have one session. */
    private static final int INITIAL_CAPACITY = 2;

    private @Nullable SessionKey[] places = new @Nullable SessionKey[INITIAL_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean contains(SessionKey key) {
        return places[placeOf(key)] != null;
    }

    /** False if it was there already; then the key object held stays. */
    boolean add(SessionKey key) {
        int place = placeOf(key);
        if (places[place] != null) {
            return false;
        }
        places[place] = key;
        size++;
        // A quarter stays empty, at least one place: a search always ends.
        if (size * 4L > places.length * 3L || size == places.length) {
            resize(places.length * 2);
        }
        return true;
    }

    boolean remove(SessionKey key) {
        int hole = placeOf(key);
        if (places[hole] == null) {
            return false;
        }
        closeUp(hole);
        size--;
        if (places.length > 8 && size * 8L < places.length) {
            resize(places.length / 2);
        }
        return true;
    }

    /** All keys, in no order. */
    SessionKey[] toArray() {
        SessionKey[] keys = new SessionKey[size];
        int next = 0;
        for (SessionKey key : places) {
            if (key != null) {
                keys[next++] = key;
            }
        }
        return keys;
    }

    /**
     * Copies at most that many keys. Together the calls from place 0 on copy each key once, if the set does not change
     * meanwhile.
     *
     * @return the place to go on from; {@link #end()} after the last one
     */
    int copyFrom(int place, List<SessionKey> to, int most) {
        int left = most;
        int at = place;
        for (; at < places.length && left > 0; at++) {
            SessionKey key = places[at];
            if (key != null) {
                to.add(key);
                left--;
            }
        }
        return at;
    }

    int end() {
        return places.length;
    }

    /** Where the key is, or the empty place where it would go. */
    private int placeOf(SessionKey key) {
        int place = home(key);
        for (SessionKey there = places[place]; there != null && !there.equals(key); there = places[place]) {
            place = next(place);
        }
        return place;
    }

    // Not the low bits: the wheel gathers keys by those, and they would all want the same places.
    private int home(SessionKey key) {
        return (int) (key.lo() >>> 32) & (places.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (places.length - 1);
    }

    /** Moves each follower back that a search would no longer reach across the hole. */
    private void closeUp(int removed) {
        int mask = places.length - 1;
        int hole = removed;
        int place = next(hole);
        for (SessionKey key = places[place]; key != null; key = places[place]) {
            int distanceFromHome = (place - home(key)) & mask;
            int distanceFromHole = (place - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                places[hole] = key;
                hole = place;
            }
            place = next(place);
        }
        places[hole] = null;
    }

    private void resize(int capacity) {
        @Nullable SessionKey[] before = places;
        places = new @Nullable SessionKey[capacity];
        for (SessionKey key : before) {
            if (key != null) {
                places[freePlaceOf(key)] = key;
            }
        }
    }

    private int freePlaceOf(SessionKey newKey) {
        int place = home(newKey);
        while (places[place] != null) {
            place = next(place);
        }
        return place;
    }
}
