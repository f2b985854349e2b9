package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session that the service keeps. */
final class ServiceSession extends RequestSession {
    private static final Logger LOG = LoggerFactory.getLogger(WebSession.class);
    private static final Duration TOUCH_AT_MOST_EVERY = Duration.ofSeconds(60);

    private final StoredSessions factory;
    private final SessionClient client;
    private final @Nullable String binding;
    private String id;
    /** Of a rotation that is still to be saved. */
    private @Nullable String nextId;
    /** Whether the creation, or rotation, was sent before and may have been done, its answer being lost. */
    private boolean isRepeat;

    /** Whether the service may hold it, as far as is known. */
    private boolean mayLive;

    /** Of the session that could not be read, in whose place this one came; null: none. */
    private @Nullable String replacedId;

    private Instant slidAt;

    /** @param client the one for that binding */
    ServiceSession(
            StoredSessions factory,
            SessionClient client,
            @Nullable String binding,
            @Nullable String presentedId,
            @Nullable StoredSession stored,
            @Nullable GoneReason goneReason) {
        super(factory.hooks(), factory.codec(), presentedId, stored, goneReason);
        this.factory = factory;
        this.client = client;
        this.binding = binding;
        id = stored == null || presentedId == null ? hooks.newId() : presentedId;
        mayLive = stored != null;
        slidAt = factory.clock().instant();
    }

    @Override
    public String id() {
        return nextId == null ? id : nextId;
    }

    @Override
    public boolean isModified() {
        return nextId != null || super.isModified();
    }

    @Override
    public void rotate() {
        super.rotate();
        if (!isStored() && !mayLive) {
            becomeNew();
        } else if (isStored() && nextId == null) {
            nextId = hooks.newId();
            isRepeat = false;
        }
    }

    @Override
    void becomeNew() {
        if (mayLive) {
            replacedId = id;
        }
        id = hooks.newId();
        nextId = null;
        isRepeat = false;
        mayLive = false;
    }

    @Override
    void store() {
        try {
            if (isStored()) {
                update();
            } else {
                create();
            }
        } catch (SessionGoneException e) {
            endedElsewhere(e.reason());
        }
    }

    private void create() {
        if (!hasContent()) {
            if (mayLive) {
                destroy();
                end(GoneReason.DELETED);
            }
            return;
        }
        SessionAttributes.Changes changes = attributes.changes();
        NewSession.Builder session = NewSession.builder().id(id);
        settings.addTo(session);
        if (binding != null) {
            session.binding(binding);
        }
        changes.set().forEach(session::attributeJson);
        boolean wasSent = isRepeat;
        isRepeat = true;
        mayLive = true;
        try {
            saved(changes, client.create(session.build()));
            slid();
        } catch (VersionConflictException e) {
            if (!wasSent) {
                // Somebody else's.
                mayLive = false;
                becomeNew();
                throw e;
            }
            // Nobody else knows this id: an earlier save made it.
            goOnFrom(client.peek(id));
        }
    }

    private void goOnFrom(Optional<StoredSession> now) {
        isRepeat = false;
        if (now.isEmpty()) {
            endedElsewhere(null);
            return;
        }
        rebase(now.get());
        changed();
        update();
    }

    private void update() {
        ConflictPolicy policy = factory.conflictPolicy();
        for (int attempts = 1; ; attempts++) {
            try {
                send(policy.expectsVersion());
                return;
            } catch (VersionConflictException e) {
                // A merge expects a version of what it deletes alone.
                boolean merges = !policy.expectsVersion() && isEmptied();
                if (!merges && !policy.mayRetryAfter(attempts)) {
                    throw e;
                }
                Optional<StoredSession> theirs = client.peek(id);
                if (theirs.isEmpty()) {
                    endedElsewhere(null);
                    return;
                }
                rebase(theirs.get());
                if (!merges) {
                    policy.resolve(this, theirs.get().readBy(factory.codec()));
                }
                if (!isStored()) {
                    // The function ended it, or met what cannot be read.
                    create();
                    return;
                }
            }
        }
    }

    private void send(boolean expectsVersion) {
        SessionAttributes.Changes changes = attributes.changes();
        SessionPatch.Builder patch = SessionPatch.builder();
        settings.addTo(patch);
        changes.set().forEach(patch::attributeJson);
        changes.remove().forEach(patch::remove);
        StoredSession stored = stored();
        if (expectsVersion && stored != null) {
            patch.expecting(stored.etag());
        }
        if (isEmptied()) {
            empty();
        } else if (nextId != null) {
            rotate(nextId, changes, patch);
        } else if (patch.build().isEmpty()) {
            touchIfDue();
        } else {
            saved(changes, client.patch(id, patch.build()));
        }
    }

    /**
     * Only as it was read: it is not to take away what another request put in. Where a rotation may have been done, both
     * ids must go.
     */
    private void empty() {
        StoredSession stored = stored();
        if (stored != null && stored.hasETag() && !isRepeat) {
            client.delete(id, stored.etag());
            mayLive = false;
        } else {
            destroy();
        }
        end(GoneReason.DELETED);
    }

    private void rotate(String newId, SessionAttributes.Changes changes, SessionPatch.Builder patch) {
        if (binding != null) {
            patch.binding(binding);
        }
        Rotation.Builder rotation = Rotation.builder().newId(newId).grace(factory.rotationGrace());
        if (!patch.build().isEmpty()) {
            rotation.changes(patch.build());
        }
        boolean wasSent = isRepeat;
        isRepeat = true;
        Optional<StoredSession> now;
        try {
            now = client.rotate(id, rotation.build());
        } catch (VersionConflictException e) {
            isRepeat = wasSent;
            throw e;
        }
        id = newId;
        nextId = null;
        if (wasSent && now.isPresent()) {
            // The repeat of a rotation that had been done makes no changes: what it lacks follows.
            goOnFrom(now);
        } else {
            saved(changes, now);
        }
    }

    private void saved(SessionAttributes.Changes changes, Optional<StoredSession> now) {
        isRepeat = false;
        if (now.isPresent()) {
            saved(changes, now.get());
            slid();
        } else {
            endedElsewhere(null);
        }
    }

    private void touchIfDue() {
        StoredSession stored = stored();
        if (stored == null || stored.idleTimeout().isEmpty()) {
            return;
        }
        Duration part = stored.idleTimeout().get().dividedBy(100);
        Duration interval = part.compareTo(TOUCH_AT_MOST_EVERY) < 0 ? part : TOUCH_AT_MOST_EVERY;
        if (factory.clock().instant().isBefore(slidAt.plus(interval))) {
            return;
        }
        if (client.touch(id)) {
            slid();
        } else {
            endedElsewhere(null);
        }
    }

    private void slid() {
        slidAt = factory.clock().instant();
    }

    private void endedElsewhere(@Nullable GoneReason reason) {
        StoredSession stored = stored();
        LOG.debug("Session {} ended before it was saved", stored == null ? "" : stored.handle());
        mayLive = false;
        end(reason);
    }

    @Override
    void destroy() {
        if (replacedId != null) {
            client.delete(replacedId);
            replacedId = null;
        }
        if (!mayLive) {
            return;
        }
        client.delete(id);
        if (nextId != null && isRepeat) {
            client.delete(nextId);
        }
        mayLive = false;
    }
}
