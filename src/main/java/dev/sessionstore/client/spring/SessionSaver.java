package dev.sessionstore.client.spring;

import dev.sessionstore.client.GoneReason;
import dev.sessionstore.client.Rotation;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.VersionConflictException;
import java.time.Duration;

/** Which call a save is: one in every case but those where an earlier save's answer was lost. Thread-safe. */
final class SessionSaver {
    private final SessionClient client;
    private final Duration rotationGrace;

    SessionSaver(SessionClient client, Duration rotationGrace) {
        this.client = client;
        this.rotationGrace = rotationGrace;
    }

    /**
     * False: there is no such session.
     *
     * @throws SessionGoneException if it ended
     */
    boolean save(SpringSession session) {
        return session.isOver() ? end(session) : store(session);
    }

    private boolean end(SpringSession session) {
        String id = session.storedId();
        return id == null || client.expire(id);
    }

    private boolean store(SpringSession session) {
        Changes changes = session.changes();
        SessionPatch patch = changes.asPatch();
        String storedId = session.storedId();
        String id = session.getId();
        boolean isThere;
        if (storedId == null) {
            isThere = create(session, changes);
            session.slid();
        } else if (!storedId.equals(id)) {
            isThere = rotate(session, storedId, patch);
        } else if (!patch.isEmpty()) {
            isThere = client.patch(id, patch).isPresent();
            session.slid();
        } else if (session.mustBeTouched()) {
            isThere = client.touch(id);
            session.slid();
        } else if (session.isSettled()) {
            return true;
        } else {
            isThere = isStillThere(id);
        }
        if (isThere) {
            session.saved(changes);
        }
        return isThere;
    }

    private boolean create(SpringSession session, Changes changes) {
        boolean again = session.attempt();
        try {
            client.create(changes.asNew(session.getId()));
            return true;
        } catch (VersionConflictException e) {
            if (!again) {
                throw e;
            }
            // An earlier save made it, and its answer was lost.
            return client.patch(session.getId(), changes.asPatch()).isPresent();
        }
    }

    /** What lives on under another id was not invalidated: a request that wrote nothing, under way at login, is well. */
    private boolean isStillThere(String id) {
        try {
            return client.peek(id).isPresent();
        } catch (SessionGoneException e) {
            if (e.reason() == GoneReason.ROTATED) {
                return true;
            }
            throw e;
        }
    }

    private boolean rotate(SpringSession session, String storedId, SessionPatch patch) {
        Rotation.Builder rotation = Rotation.builder().newId(session.getId()).grace(rotationGrace);
        if (!patch.isEmpty()) {
            rotation.changes(patch);
        }
        boolean again = session.attempt();
        if (client.rotate(storedId, rotation.build()).isEmpty()) {
            return false;
        }
        // A rotation that an earlier save made already, its answer lost, took that save's changes and not these.
        return !again || patch.isEmpty() || client.patch(session.getId(), patch).isPresent();
    }
}
