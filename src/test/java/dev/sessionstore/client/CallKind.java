package dev.sessionstore.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiFunction;

/** Every call that goes to the service once, on a session that is there. */
enum CallKind {
    CREATE((client, session) -> client.create(
            NewSession.builder().principal("somebody").attribute("cart", "full").build())),
    FIND((client, session) -> client.find(session.id()).orElseThrow()),
    PEEK((client, session) -> client.peek(session.id()).orElseThrow()),
    SAVE((client, session) -> client.save(session.id(), Map.of("a", 2)).orElseThrow()),
    SAVE_EXPECTING((client, session) -> client.save(session.id(), Map.of("a", 2), session.etag())),
    PATCH((client, session) -> client.patch(session.id(), patch().build()).orElseThrow()),
    PATCH_EXPECTING((client, session) -> client.patch(
                    session.id(), patch().expecting(session.etag()).build())
            .orElseThrow()),
    ATTRIBUTE((client, session) ->
            client.attribute(session.id(), "a", Integer.class).orElseThrow()),
    SET_ATTRIBUTE((client, session) -> client.setAttribute(session.id(), "a", 2)),
    REMOVE_ATTRIBUTE((client, session) -> client.removeAttribute(session.id(), "a")),
    TOUCH((client, session) -> client.touch(session.id())),
    EXPIRE((client, session) -> client.expire(session.id())),
    EXPIRE_AT((client, session) -> client.expireAt(session.id(), Instant.parse("2026-01-01T00:10:00Z"))),
    ROTATE((client, session) ->
            client.rotate(session.id(), Duration.ofSeconds(10)).orElseThrow()),
    ROTATE_EXPECTING((client, session) -> client.rotate(
                    session.id(),
                    Rotation.builder()
                            .changes(patch().expecting(session.etag()).build())
                            .build())
            .orElseThrow()),
    DELETE((client, session) -> client.delete(session.id())),
    DELETE_EXPECTING((client, session) -> client.delete(session.id(), session.etag())),
    SESSIONS_OF((client, session) ->
            client.sessionsOf(session.principal().orElseThrow()).toList().get(0)),
    FIND_BY_HANDLE((client, session) -> client.findByHandle(session.handle()).orElseThrow()),
    REVOKE((client, session) -> client.revoke(session.handle())),
    REVOKE_ALL((client, session) -> client.revokeAll(session.principal().orElseThrow())),
    REVOKE_ALL_BUT_ONE((client, session) -> client.revokeAll(session.principal().orElseThrow(), session.handle())),
    STATS((client, session) -> client.stats());

    private final BiFunction<SessionClient, StoredSession, Object> call;

    CallKind(BiFunction<SessionClient, StoredSession, Object> call) {
        this.call = call;
    }

    private static SessionPatch.Builder patch() {
        return SessionPatch.builder().attribute("a", 2);
    }

    /** What it answers; a {@link StoredSession}, true, a count or statistics, if all is well. */
    Object on(SessionClient client, StoredSession session) {
        return call.apply(client, session);
    }

    /** Whether it expects a version, and so must not be sent again once it was sent. */
    boolean isConditional() {
        return this == SAVE_EXPECTING
                || this == PATCH_EXPECTING
                || this == ROTATE_EXPECTING
                || this == DELETE_EXPECTING;
    }
}
