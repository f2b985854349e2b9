package dev.sessionstore.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One session through all its ids, as its one writer knows it: the states it went through since it was last looked at,
 * oldest first, and when each was acknowledged. Revocations come from other writers and are kept apart. Guarded by its
 * own monitor, which is taken after {@link Principals}'.
 */
final class Life {
    /** The time of what is not acknowledged: later than every instant asked for. */
    static final long PENDING = Long.MAX_VALUE;

    /** @param acknowledgedAt epoch milliseconds, read after the answer; 0: it was seen after a restart */
    record Step(State state, long acknowledgedAt) {}

    /** A call that revokes its principal's sessions. */
    static final class Revocation {
        /** When it was answered. */
        volatile long acknowledgedAt = PENDING;
    }

    /** @param sure whether the session had begun before the call: if so, it is gone when the call is answered */
    private record Overlay(Revocation revocation, boolean sure) {}

    /** What a GET told of one id. */
    record Seen(int status, JsonNode document, String etag) {
        boolean isLive() {
            return status == 200;
        }

        boolean isGone() {
            return status == 410;
        }

        String reason() {
            return document.path("reason").asText();
        }
    }

    /** @param lost acknowledged by the writer, and not there */
    record Found(State state, boolean lost) {}

    final int writer;
    final String principal;
    private final List<String> ids = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Overlay> overlays = new ArrayList<>();
    private final boolean keepsHistory;
    private long accessedAt;
    private boolean retired;
    private boolean changed = true;

    /**
     * @param known how it is for sure
     * @param keepsHistory whether states that newer ones were acknowledged over may be asked for
     */
    Life(int writer, String principal, String id, State known, boolean keepsHistory) {
        this.writer = writer;
        this.principal = principal;
        this.keepsHistory = keepsHistory;
        ids.add(id);
        steps.add(new Step(known, 0));
    }

    synchronized State now() {
        return steps.get(steps.size() - 1).state();
    }

    synchronized String id() {
        return ids.get(now().place());
    }

    synchronized List<String> ids() {
        return List.copyOf(ids);
    }

    synchronized boolean isUsable() {
        return !retired && now().kind() == State.Kind.LIVE;
    }

    /** Whether the call that began it was answered. */
    synchronized boolean hasBegun() {
        return steps.stream()
                .anyMatch(step -> step.state().kind() != State.Kind.ABSENT && step.acknowledgedAt() != PENDING);
    }

    /** Whether a call on it was made since it was last looked at. */
    synchronized boolean isChanged() {
        return changed;
    }

    synchronized void attempt(State next) {
        changed = true;
        steps.add(new Step(next, PENDING));
    }

    synchronized void attemptRotation(String newId, State next) {
        ids.add(newId);
        attempt(next);
    }

    /** @throws AssertionError if it had been revoked before the call was made */
    synchronized void acknowledged(long sentAt, String etag) {
        long now = System.currentTimeMillis();
        for (Overlay overlay : overlays) {
            if (overlay.sure && overlay.revocation.acknowledgedAt < sentAt) {
                throw new AssertionError("a session that had been revoked was written: " + this);
            }
        }
        // What was answered before this call was made did not hit it.
        overlays.removeIf(overlay -> !overlay.sure && overlay.revocation.acknowledgedAt < sentAt);
        State state = now();
        steps.set(steps.size() - 1, new Step(etag == null ? state : state.etag(etag), now));
        if (!keepsHistory) {
            steps.subList(0, steps.size() - 1).clear();
        }
    }

    /** The call was refused: it changed nothing. */
    synchronized void refused() {
        State refused = steps.remove(steps.size() - 1).state();
        if (refused.place() + 1 == ids.size() && refused.place() > now().place()) {
            ids.remove(refused.place());
        }
    }

    synchronized long acknowledgedBefore(long floor) {
        return steps.stream()
                .filter(step -> step.acknowledgedAt() != 0 && step.acknowledgedAt() < floor)
                .count();
    }

    synchronized void accessed(long at) {
        accessedAt = Math.max(accessedAt, at);
    }

    /** Whether a call may have found it revoked. */
    synchronized boolean mayBeRevoked() {
        return !overlays.isEmpty();
    }

    /** Its writer found it gone: what took it is known by the overlays. */
    synchronized void retire() {
        retired = true;
    }

    synchronized void revokedBy(Revocation revocation, boolean sure) {
        changed = true;
        overlays.add(new Overlay(revocation, sure));
    }

    /**
     * Finds the newest state that fits what is seen, among those that may be.
     *
     * @param seen one for each id
     * @param floor what was acknowledged before this must be there
     * @return null if none fits
     */
    synchronized Found match(List<Seen> seen, long floor) {
        boolean revokedForSure = false;
        boolean revokedBefore = false;
        for (Overlay overlay : overlays) {
            revokedForSure |= overlay.sure && overlay.revocation.acknowledgedAt < floor;
            revokedBefore |= overlay.sure && overlay.revocation.acknowledgedAt != PENDING;
        }
        boolean anyLive = seen.stream().anyMatch(Seen::isLive);
        if (!overlays.isEmpty() && !anyLive && seen.stream().anyMatch(Seen::isGone)) {
            State last = now();
            return new Found(last.kind() == State.Kind.GONE ? last : last.gone("revoked"), false);
        }
        if (revokedForSure) {
            return null;
        }
        boolean newest = true;
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (fits(step.state(), seen)) {
                return new Found(step.state(), !newest || revokedBefore);
            }
            if (step.acknowledgedAt() < floor) {
                return null;
            }
            newest &= step.acknowledgedAt() == PENDING;
        }
        return null;
    }

    private boolean fits(State state, List<Seen> seen) {
        for (int place = 0; place < seen.size(); place++) {
            Seen one = seen.get(place);
            boolean fits;
            if (place > state.place() || state.kind() == State.Kind.ABSENT) {
                fits = one.status() == 404;
            } else if (place < state.place()) {
                fits = one.isGone() && one.reason().equals("rotated");
            } else if (state.kind() == State.Kind.GONE) {
                fits = one.isGone() && one.reason().equals(state.reason());
            } else {
                fits = one.isLive() && state.isOf(one.document(), one.etag(), principal) && isLateEnough(one);
            }
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** Touches may be written down up to a minute late. */
    private boolean isLateEnough(Seen seen) {
        String accessed = seen.document().path("lastAccessedAt").asText();
        return java.time.Instant.parse(accessed).toEpochMilli() >= accessedAt - 60_000;
    }

    /**
     * From now on this is how it is; an id that it might have had, and has not, is forgotten.
     *
     * @param etag what it carries now
     */
    synchronized void settle(State state, String etag) {
        overlays.clear();
        steps.clear();
        ids.subList(state.place() + 1, ids.size()).clear();
        ids.subList(0, state.place()).clear();
        State first = new State(
                state.kind(),
                0,
                state.version(),
                state.attributes(),
                state.label(),
                state.endsAt(),
                etag,
                state.reason());
        steps.add(new Step(first, 0));
        retired = false;
        changed = false;
        if (keepsHistory) {
            // It may be among what was rightly lost.
            accessedAt = 0;
        }
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder("writer " + writer + " principal " + principal + " ids " + ids
                + " last access acknowledged " + java.time.Instant.ofEpochMilli(accessedAt));
        for (Step step : steps) {
            text.append("\n    ").append(step.acknowledgedAt() == PENDING ? "pending" : "at " + step.acknowledgedAt());
            text.append(": ").append(step.state());
        }
        for (Overlay overlay : overlays) {
            long at = overlay.revocation.acknowledgedAt;
            text.append("\n    revoked ").append(at == PENDING ? "pending" : "at " + at);
            text.append(overlay.sure ? "" : ", begun meanwhile");
        }
        return text.toString();
    }
}
