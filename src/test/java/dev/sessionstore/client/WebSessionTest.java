package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which session a request gets, and what its save sends. */
class WebSessionTest extends StoredSessionsFixture {
    @Test
    void newAndEmptyIsNeverStored() {
        WebSession session = sessions.open(null);
        session.rotate();
        session.setPermanent(true);
        session.setIdleTimeout(Duration.ofMinutes(5));
        session.setLabel("a robot");
        session.save();
        assertThat(session.isNew()).isTrue();
        assertThat(session.isStored()).isFalse();
        assertThat(session.createdAt()).isEmpty();
        assertThat(probe.calls()).isEmpty();
    }

    @Test
    void newWithContentIsCreatedWithAllThatWasSet() {
        WebSession session = sessions.open(null);
        session.set("step", 2);
        session.set("nothing", null);
        session.setPrincipal("user-42");
        session.setLabel("Firefox on Linux");
        session.setPermanent(true);
        session.setIdleTimeout(Duration.ofMinutes(5));
        String id = session.id();
        session.save();
        assertThat(probe.calls()).containsExactly("create");
        assertThat(session.isStored()).isTrue();
        assertThat(session.id()).isEqualTo(id);

        StoredSession stored = client.peek(id).orElseThrow();
        assertThat(stored.attributes()).containsEntry("step", 2).containsEntry("nothing", null);
        assertThat(stored.principal()).hasValue("user-42");
        assertThat(stored.label()).hasValue("Firefox on Linux");
        assertThat(stored.isPermanent()).isTrue();
        assertThat(stored.idleTimeout()).hasValue(Duration.ofMinutes(5));
    }

    @Test
    void aPrincipalIsContent() {
        WebSession session = sessions.open(null);
        session.setPrincipal("user-42");
        session.save();
        assertThat(client.peek(session.id())).isPresent();
        WebSession next = opened(session.id());
        assertThat(next.principal()).hasValue("user-42");
        next.set("a", 1);
        next.save();
        next.remove("a");
        next.save();
        assertThat(next.isStored()).isTrue();
    }

    @Test
    void anUnchangedOneIsOnlyRead() {
        String id = existing();
        WebSession session = sessions.open(id);
        assertThat(session.isAccessed()).isFalse();
        assertThat(session.get("a", Integer.class)).isEqualTo(1);
        session.set("a", 1);
        session.setPermanent(false);
        session.remove("never there");
        session.save();
        assertThat(session.isAccessed()).isTrue();
        assertThat(session.isModified()).isFalse();
        assertThat(session.isNew()).isFalse();
        assertThat(session.presentedId()).hasValue(id);
        assertThat(probe.calls()).containsExactly("find");
    }

    @Test
    void anUnchangedOneIsTouchedWhenThatIsDue() {
        WebSession session = opened(existing());
        Duration onePercent = session.idleTimeout().orElseThrow().dividedBy(100);
        server.clock().advance(onePercent.minusMillis(1));
        session.save();
        assertThat(probe.calls()).isEmpty();
        server.clock().advance(Duration.ofMillis(1));
        session.save();
        session.save();
        assertThat(probe.calls()).containsExactly("touch");
    }

    @Test
    void onlyChangedAttributesAreSent() {
        String id = existing();
        WebSession session = opened(id);
        session.set("b", List.of(1, 2));
        // Another request changes what this one only reads.
        session.get("a");
        client.patch(id, SessionPatch.builder().attribute("a", 7).build());
        session.save();
        assertThat(session.isModified()).isTrue();
        assertThat(client.peek(id).orElseThrow().attributes()).isEqualTo(Map.of("a", 7, "b", List.of(1, 2)));

        session.remove("b");
        session.save();
        session.save();
        assertThat(probe.calls()).containsExactly("patch", "patch");
        assertThat(client.peek(id).orElseThrow().names()).containsExactly("a");
        assertThat(session.isModified()).isFalse();
    }

    @Test
    void anEmptiedOneIsDeleted() {
        String id = existing();
        WebSession session = opened(id);
        session.setPrincipal("user-42");
        session.save();
        session.clear();
        assertThat(session.isEmpty()).isTrue();
        session.save();
        session.save();
        assertThat(session.isEnded()).isTrue();
        assertThat(session.isStored()).isFalse();
        assertThat(probe.calls()).containsExactly("patch", "delete");
        assertThatIllegalStateException().isThrownBy(() -> session.set("a", 1)).withMessageContaining("ended");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "short", "with spaces in it, but long enough for one", "../../../../../../../../../../etc"})
    void whatIsNoIdIsNotAskedFor(String id) {
        WebSession session = sessions.open(id);
        assertThat(session.isNew()).isTrue();
        assertThat(session.id()).isNotEqualTo(id).hasSize(43);
        assertThat(probe.calls()).isEmpty();
    }

    @Test
    void anUnknownIdIsNeverAdopted() {
        String planted = "planted-planted-planted-planted-planted";
        WebSession session = sessions.open(planted);
        session.set("a", 1);
        session.save();
        assertThat(session.isNew()).isTrue();
        assertThat(session.id()).isNotEqualTo(planted);
        assertThat(session.goneReason()).isEmpty();
        assertThat(client.peek(planted)).isEmpty();
    }

    @Test
    void ofOneThatIsGoneTheReasonIsKnown() {
        String id = existing();
        client.expire(id);
        WebSession session = sessions.open(id);
        assertThat(session.isNew()).isTrue();
        assertThat(session.goneReason()).hasValue(GoneReason.EXPIRED);
        assertThat(session.id()).isNotEqualTo(id);
    }

    @Test
    void noSecretIsInItsText() {
        WebSession session = opened(existing());
        session.set("password", "hunter2");
        assertThat(session.toString()).doesNotContain(session.id(), "hunter2");
    }
}
