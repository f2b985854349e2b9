package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with snapshots. Times are epoch milliseconds.
 *
 * @param running whether one is being taken or waits to be
 * @param last the newest whole one; null: there is none
 * @param failure why the latest attempt failed; null: it did not
 */
public record SnapshotDocument(
        boolean running, @Nullable Taken last, @Nullable Failure failure) {
    private static final int MAX_DEPTH = 8;

    /** @param takenAt when it was complete */
    public record Taken(long takenAt, long bytes, long sessions, long tombstones) {}

    public record Failure(long at, String detail) {}

    /** Compact JSON. */
    public byte[] toJson() {
        StringBuilder out = new StringBuilder(160);
        out.append("{\"running\":").append(running).append(",\"last\":");
        if (last == null) {
            out.append("null");
        } else {
            out.append("{\"takenAt\":\"").append(Times.format(last.takenAt));
            out.append("\",\"bytes\":").append(last.bytes);
            out.append(",\"sessions\":").append(last.sessions);
            out.append(",\"tombstones\":").append(last.tombstones).append('}');
        }
        out.append(",\"failure\":");
        if (failure == null) {
            out.append("null");
        } else {
            out.append("{\"at\":\"").append(Times.format(failure.at));
            out.append("\",\"detail\":");
            out.append(new String(JsonStrings.quote(failure.detail), StandardCharsets.UTF_8));
            out.append('}');
        }
        return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #toJson} wrote, and passes over what a later version may add.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SnapshotDocument parse(byte[] json) {
        try {
            return read(Slice.of(JsonText.compact(json, MAX_DEPTH)));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static SnapshotDocument read(Slice document) {
        return new SnapshotDocument(
                member(document, "running").isTrue(),
                taken(member(document, "last")),
                failure(member(document, "failure")));
    }

    private static @Nullable Taken taken(Slice last) {
        return last.isNull()
                ? null
                : new Taken(
                        Times.parse(member(last, "takenAt").text()),
                        number(last, "bytes"),
                        number(last, "sessions"),
                        number(last, "tombstones"));
    }

    private static @Nullable Failure failure(Slice failure) {
        return failure.isNull()
                ? null
                : new Failure(
                        Times.parse(member(failure, "at").text()),
                        member(failure, "detail").text());
    }

    private static long number(Slice object, String name) {
        return Long.parseLong(new String(member(object, name).bytes(), StandardCharsets.US_ASCII));
    }

    private static Slice member(Slice object, String name) {
        if (object.isObject()) {
            Members members = new Members(object);
            while (members.next()) {
                if (members.name().equals(name)) {
                    return members.value();
                }
            }
        }
        throw new IllegalArgumentException("has no member " + name);
    }
}
