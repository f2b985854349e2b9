package dev.sessionstore.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a session is after a call: not there, live, or gone.
 *
 * @param place which of its ids is the present one; those before were rotated away
 * @param etag null where no answer told it
 * @param reason of one that is gone
 */
record State(
        Kind kind,
        int place,
        long version,
        Map<String, Value> attributes,
        String label,
        Instant endsAt,
        String etag,
        String reason) {
    enum Kind {
        ABSENT,
        LIVE,
        GONE
    }

    static final State ABSENT = new State(Kind.ABSENT, 0, 0, Map.of(), null, null, null, null);

    static State begun(Map<String, Value> attributes, String label) {
        return new State(Kind.LIVE, 0, 1, attributes, label, null, null, null);
    }

    State gone(String why) {
        return new State(Kind.GONE, place, version, Map.of(), null, null, null, why);
    }

    State rotated() {
        return new State(kind, place + 1, version, attributes, label, endsAt, etag, reason);
    }

    State ending(Instant at) {
        return new State(kind, place, version + 1, attributes, label, at, null, reason);
    }

    State etag(String tag) {
        return new State(kind, place, version, attributes, label, endsAt, tag, reason);
    }

    State replaced(Map<String, Value> all) {
        return new State(kind, place, version + 1, all, label, endsAt, null, reason);
    }

    /** One that is there keeps its place. */
    State with(String name, Value value) {
        Map<String, Value> next = new LinkedHashMap<>(attributes);
        next.put(name, value);
        return replaced(next);
    }

    State without(String name) {
        Map<String, Value> next = new LinkedHashMap<>(attributes);
        next.remove(name);
        return replaced(next);
    }

    static String json(Map<String, Value> attributes) {
        StringBuilder json = new StringBuilder("{");
        attributes.forEach((name, value) -> {
            json.append(json.length() == 1 ? "\"" : ",\"").append(name).append("\":");
            json.append(value.json());
        });
        return json.append('}').toString();
    }

    /** Whether a live session's document is this state's, to the last byte of its attributes. */
    boolean isOf(JsonNode document, String tag, String principal) {
        JsonNode end = document.path("endsAt");
        return kind == Kind.LIVE
                && document.path("version").asLong() == version
                && (etag == null || etag.equals(tag))
                && Objects.equals(document.path("label").textValue(), label)
                && Objects.equals(document.path("principal").textValue(), principal)
                && Objects.equals(end.isTextual() ? Instant.parse(end.textValue()) : null, endsAt)
                && document.path("attributes").toString().equals(json(attributes));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ABSENT -> "absent";
            case GONE -> "gone (" + reason + ") under id " + place;
            case LIVE ->
                "version " + version + " under id " + place + " etag " + etag + " label " + label + " ends " + endsAt
                        + " " + attributes;
        };
    }
}
