package dev.sessionstore.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One session, and what of it was acknowledged. Each attribute has one writer, who writes rising numbers, one after the
 * other: so a number that is less than the acknowledged one is a lost write. Thread-safe.
 */
final class Kept {
    private final Map<String, Integer> written = new ConcurrentHashMap<>();
    private final List<String> formerIds = new CopyOnWriteArrayList<>();
    private volatile String id;

    Kept(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    List<String> formerIds() {
        return formerIds;
    }

    void rotatedTo(String next) {
        formerIds.add(id);
        id = next;
    }

    void written(String name, int value) {
        written.put(name, value);
    }

    /** To be compared with what a call answers that begins after this. */
    Map<String, Integer> acknowledged() {
        return Map.copyOf(written);
    }

    /** @return how many of the acknowledged writes the attributes do not show */
    static int lost(Map<String, Integer> acknowledged, JsonNode attributes) {
        int lost = 0;
        for (Map.Entry<String, Integer> each : acknowledged.entrySet()) {
            lost += attributes.path(each.getKey()).asInt(-1) < each.getValue() ? 1 : 0;
        }
        return lost;
    }
}
