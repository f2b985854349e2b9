package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Rotation, ends, parallel requests, binding and hooks. */
class WebSessionLifeTest extends StoredSessionsFixture {
    @Test
    void aLoginIsOneCall() {
        String old = existing();
        WebSession session = opened(old);
        session.setPrincipal("user-42");
        session.set("step", 2);
        session.rotate();
        String id = session.id();
        assertThat(id).isNotEqualTo(old);
        session.rotate();
        session.save();
        assertThat(probe.calls()).containsExactly("rotate");
        assertThat(session.id()).isEqualTo(id);
        StoredSession stored = client.peek(id).orElseThrow();
        assertThat(stored.principal()).hasValue("user-42");
        assertThat(stored.attributes()).isEqualTo(Map.of("a", 1, "step", 2));

        session.set("step", 3);
        session.save();
        assertThat(probe.calls()).containsExactly("patch");
        assertThat(client.peek(id).orElseThrow().get("step")).isEqualTo(3);
    }

    @Test
    void aRotationWithoutChangesIsSaved() {
        String old = existing();
        WebSession session = opened(old);
        session.rotate();
        assertThat(session.isModified()).isTrue();
        session.save();
        assertThat(client.peek(session.id()).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void ofARotationWhoseAnswerWasLostNothingIsLost() {
        WebSession session = opened(existing());
        session.rotate();
        session.set("step", 2);
        String id = session.id();
        probe.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::save);
        assertThat(session.id()).isEqualTo(id);
        session.set("late", true);
        session.save();
        assertThat(session.id()).isEqualTo(id);
        assertThat(client.peek(id).orElseThrow().attributes()).isEqualTo(Map.of("a", 1, "step", 2, "late", true));
        assertThat(probe.calls()).containsExactly("rotate", "rotate", "patch");
        session.save();
        assertThat(probe.calls()).isEmpty();
    }

    @Test
    void ofACreationWhoseAnswerWasLostNothingIsLost() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.set("b", 2);
        session.setPrincipal("user-42");
        probe.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::save);
        session.set("a", 3);
        session.remove("b");
        session.save();
        StoredSession stored = client.peek(session.id()).orElseThrow();
        assertThat(stored.attributes()).isEqualTo(Map.of("a", 3));
        assertThat(stored.principal()).hasValue("user-42");
    }

    @Test
    void ofACreationWhoseAnswerWasLostAndThatWasEmptiedNothingIsLeft() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        probe.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::save);
        assertThat(client.peek(session.id())).isPresent();
        String id = session.id();
        session.clear();
        session.save();
        assertThat(session.isEnded()).isTrue();
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void anIdThatIsTakenIsNeitherAdoptedNorEnded() {
        String taken = existing();
        String[] next = {taken};
        sessions = builder()
                .hooks(new SessionHooks() {
                    @Override
                    public String newId() {
                        return next[0];
                    }
                })
                .build();
        WebSession session = sessions.open(null);
        session.set("b", 2);
        next[0] = SessionIds.random();
        assertThatExceptionOfType(VersionConflictException.class).isThrownBy(session::save);
        session.save();
        assertThat(session.id()).isEqualTo(next[0]);
        session.invalidate();
        assertThat(client.peek(taken).orElseThrow().attributes()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void aLogoutAfterALostAnswerLeavesNothing() {
        WebSession session = opened(existing());
        session.rotate();
        probe.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::save);
        String id = session.id();
        session.invalidate();
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void invalidateEndsItAtOnce() {
        String id = existing();
        WebSession session = opened(id);
        session.set("b", 2);
        session.invalidate();
        assertThat(session.isEnded()).isTrue();
        assertThat(session.isEmpty()).isTrue();
        assertThat(session.get("a")).isNull();
        assertThat(session.goneReason()).hasValue(GoneReason.DELETED);
        session.save();
        session.invalidate();
        assertThat(probe.calls()).containsExactly("delete");
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void anInvalidationThatFailedCanBeRepeated() {
        WebSession session = opened(existing());
        probe.beforeNextCall(() -> {
            throw new ServiceUnavailableException("away", null, false, null, null);
        });
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(session::invalidate);
        assertThat(session.isEnded()).isTrue();
        session.invalidate();
        assertThat(probe.calls()).containsExactly("delete", "delete");
    }

    @Test
    void whatWasNeverStoredNeedsNoDeletion() {
        WebSession session = sessions.open(null);
        session.set("a", 1);
        session.invalidate();
        session.save();
        assertThat(probe.calls()).isEmpty();
    }

    @Test
    void aLateSaveUndoesNoLogout() {
        String id = existing();
        WebSession slow = opened(id);
        slow.set("late", true);
        opened(id).invalidate();
        slow.save();
        assertThat(slow.isEnded()).isTrue();
        assertThat(slow.goneReason()).hasValue(GoneReason.DELETED);
        assertThat(slow.isEmpty()).isTrue();
        assertThatExceptionOfType(SessionGoneException.class).isThrownBy(() -> client.peek(id));
    }

    @Test
    void aForgottenSessionIsNotMadeAgain() {
        String id = existing();
        WebSession slow = opened(id);
        slow.set("late", true);
        client.delete(id);
        server.clock().advance(Duration.ofSeconds(301));
        slow.save();
        assertThat(slow.isEnded()).isTrue();
        assertThat(slow.goneReason()).isEmpty();
        assertThat(client.peek(id)).isEmpty();
    }

    @Test
    void parallelRequestsReadOnDuringALogin() {
        String old = existing();
        WebSession before = opened(old);
        WebSession login = opened(old);
        login.rotate();
        login.save();
        WebSession after = opened(old);
        assertThat(after.get("a")).isEqualTo(1);
        assertThat(after.isNew()).isFalse();
        before.set("b", 2);
        before.save();
        assertThat(before.goneReason()).hasValue(GoneReason.ROTATED);
        server.clock().advance(Duration.ofSeconds(10));
        assertThat(sessions.open(old).goneReason()).hasValue(GoneReason.ROTATED);
        assertThat(client.peek(login.id()).orElseThrow().names()).containsExactly("a");
    }

    @Test
    void theGraceIsAtMostAMinute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().rotationGrace(Duration.ofSeconds(61)))
                .withMessageContaining("0 to 60");
        sessions = builder().rotationGrace(Duration.ZERO).build();
        String old = existing();
        WebSession login = opened(old);
        login.rotate();
        login.save();
        assertThat(sessions.open(old).isNew()).isTrue();
    }

    @Test
    void aBoundSessionOpensForItsUserAgentOnly() {
        sessions = builder().bindToUserAgent(true).build();
        String longAndOdd = " Mozilla\u0001 Ü " + "x".repeat(5000);
        WebSession session = sessions.open(null, longAndOdd);
        session.set("a", 1);
        session.save();
        assertThat(sessions.open(session.id(), longAndOdd).get("a")).isEqualTo(1);
        for (String other : new String[] {"curl", null}) {
            WebSession stolen = sessions.open(session.id(), other);
            assertThat(stolen.isNew()).isTrue();
            assertThat(stolen.id()).isNotEqualTo(session.id());
            assertThat(stolen.goneReason()).isEmpty();
        }
    }

    @Test
    void aSessionFromBeforeIsBoundAtItsLogin() {
        String old = existing();
        sessions = builder().bindToUserAgent(true).build();
        WebSession login = sessions.open(old, "Firefox");
        login.rotate();
        login.save();
        assertThat(sessions.open(login.id(), "Firefox").isNew()).isFalse();
        assertThat(sessions.open(login.id(), "curl").isNew()).isTrue();
    }

    @Test
    void permanenceAndTimeoutsTravelWithTheChanges() {
        String id = existing();
        WebSession session = opened(id);
        session.setIdleTimeout(Duration.ofMinutes(7));
        session.setPermanent(true);
        session.set("b", 2);
        session.save();
        assertThat(probe.calls()).containsExactly("patch");
        assertThat(session.idleTimeout()).hasValue(Duration.ofMinutes(7));
        session.setPermanent(false);
        assertThat(session.idleTimeout()).isEmpty();
        session.save();
        assertThat(client.peek(id).orElseThrow().isPermanent()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> session.setIdleTimeout(Duration.ofMillis(1500)));
    }

    @Test
    void hooksStepIn() {
        StringBuilder steps = new StringBuilder();
        sessions = builder()
                .hooks(new SessionHooks() {
                    @Override
                    public WebSession open(String id, Function<String, WebSession> usual) {
                        steps.append("open ");
                        return usual.apply(id);
                    }

                    @Override
                    public void save(WebSession session, Runnable usual) {
                        session.set("seen", true);
                        usual.run();
                        steps.append("saved ");
                    }

                    @Override
                    public String newId() {
                        return SessionHooks.super.newId() + ".eu";
                    }

                    @Override
                    public WebSession nullSession(ServiceUnavailableException cause) {
                        return NullSession.INSTANCE;
                    }
                })
                .build();
        WebSession session = sessions.open(null);
        session.save();
        assertThat(steps).hasToString("open saved ");
        assertThat(session.id()).endsWith(".eu");
        assertThat(Optional.ofNullable(session.get("seen"))).hasValue(true);
        probe.beforeNextCall(() -> {
            throw new ServiceUnavailableException("away", null, false, null, null);
        });
        assertThat(sessions.open(session.id())).isSameAs(NullSession.INSTANCE);
    }

    @Test
    void aHookMayChangeTheCodec() {
        sessions = builder()
                .hooks(new SessionHooks() {
                    @Override
                    public AttributeCodec codec(AttributeCodec usual) {
                        return TypedJsonCodec.builder().build();
                    }
                })
                .build();
        WebSession session = sessions.open(null);
        session.set("long", 1L);
        session.save();
        assertThat(sessions.open(session.id()).get("long")).isEqualTo(1L);
    }

    @Test
    void withoutAHookThatTheServiceIsAwayComesOut() {
        String id = existing();
        probe.beforeNextCall(() -> {
            throw new ServiceUnavailableException("away", null, false, null, null);
        });
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> sessions.open(id));
    }
}
