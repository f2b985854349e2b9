package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DELETE /sessions: a principal's, or a namespace's. */
class RevokeTest extends ServerTest {
    @Tag("principal-index")
    @Test
    void revokingAPrincipalEndsAllItsSessions() {
        String first = sessions.newIdOf("p");
        String second = sessions.newIdOf("p");
        String other = sessions.newIdOf("q");

        assertThat(sessions.revoke("?principal=p").is(200).json()).isEqualTo(Answer.parse(json("{'revoked': 2}")));
        sessions.read(first).gone("revoked");
        sessions.read(second).gone("revoked");
        sessions.read(other).is(200);
        assertThat(sessions.list("?principal=p").field("sessions").size()).isZero();
        advance(TOMBSTONE.minusSeconds(1));
        sessions.read(first).gone("revoked");
        advanceSeconds(2);
        sessions.read(first).notFound();
    }

    @Tag("principal-index")
    @Test
    void revokingNothingRevokesNone() {
        assertThat(sessions.revoke("?principal=p").is(200).json()).isEqualTo(Answer.parse(json("{'revoked': 0}")));
    }

    @Tag("principal-index")
    @Test
    void thePrincipalMayStandInAHeader() {
        String id = sessions.newIdOf("p");

        sessions.revoke("?principal=p", "Session-Principal", "p").problem(400, "malformed-request");
        sessions.read(id).is(200);
        assertThat(sessions.revoke("", "Session-Principal", "p")
                        .is(200)
                        .field("revoked")
                        .asInt())
                .isEqualTo(1);
        sessions.read(id).gone("revoked");
    }

    @Tag("principal-index")
    @Test
    void exceptSparesOne() {
        Answer spared = sessions.create(json("{'principal': 'p'}"));
        String other = sessions.newIdOf("p");

        assertThat(sessions.revoke("?principal=p&except=" + spared.handle())
                        .is(200)
                        .field("revoked")
                        .asInt())
                .isEqualTo(1);
        sessions.read(spared.id()).is(200);
        sessions.read(other).gone("revoked");
        assertThat(sessions.revoke("?except=" + spared.handle(), "Session-Principal", "p")
                        .is(200)
                        .field("revoked")
                        .asInt())
                .isZero();
        sessions.read(spared.id()).is(200);
    }

    @Tag("principal-index")
    @Test
    void exceptOfAnothersSessionRevokesNothing() {
        String mine = sessions.newIdOf("p");
        String others = sessions.create(json("{'principal': 'q'}")).handle();
        String nobodys = sessions.create().handle();

        for (String handle : List.of(others, nobodys, "AAAAAAAAAAAAAAAAAAAAAA")) {
            sessions.revoke("?principal=p&except=" + handle).invalid();
        }
        sessions.revoke("?principal=p&except=nonsense").isOneOf(400, 422).anyProblem();
        sessions.read(mine).is(200);
    }

    @Tag("principal-index")
    @Test
    void exceptOfASessionThatIsGoneRevokesNothing() {
        String mine = sessions.newIdOf("p");
        Answer gone = sessions.create(json("{'principal': 'p'}"));
        sessions.delete(gone.id()).is(204);

        sessions.revoke("?principal=p&except=" + gone.handle()).invalid();
        sessions.read(mine).is(200);
    }

    @Tag("scan")
    @Test
    void exceptNeedsAPrincipal() {
        String handle = sessions.create(json("{'principal': 'p'}")).handle();

        sessions.revoke("?except=" + handle).problem(400, "malformed-request");
        sessions.revoke("?confirm=" + sessions.namespace() + "&except=" + handle)
                .problem(400, "malformed-request");
        assertThat(sessions.list("").field("sessions").size()).isEqualTo(1);
    }

    @Tag("scan")
    @Test
    void confirmRevokesTheWholeNamespace() {
        Sessions others = sessions.in(Sessions.freshNamespace());
        String other = others.newId();
        List<String> ids = List.of(sessions.newId(), sessions.newIdOf("p"), sessions.newIdOf("q"));

        assertThat(sessions.revoke("?confirm=" + sessions.namespace()).is(200).json())
                .isEqualTo(Answer.parse(json("{'revoked': 3}")));
        ids.forEach(id -> sessions.read(id).gone("revoked"));
        others.read(other).is(200);
        assertThat(sessions.list("").field("sessions").size()).isZero();
    }

    @Test
    void withoutPrincipalOrTheRightConfirmationNothingIsRevoked() {
        String id = sessions.newIdOf("p");

        sessions.revoke("").problem(400, "malformed-request");
        sessions.revoke("?confirm=true").problem(400, "malformed-request");
        sessions.revoke("?confirm=" + Sessions.freshNamespace()).problem(400, "malformed-request");
        sessions.raw("DELETE", "/sessions?principal=").problem(400, "malformed-request");
        sessions.raw("DELETE", "/sessions?confirm=").problem(400, "malformed-request");
        sessions.read(id).is(200);
    }

    @Tag("principal-index")
    @Test
    void rotatedSessionsAreRevokedToo() {
        String old = sessions.newIdOf("p");
        String next = sessions.rotate(old, json("{'graceSeconds': 60}")).is(200).id();

        assertThat(sessions.revoke("?principal=p").is(200).field("revoked").asInt())
                .isEqualTo(1);
        sessions.read(next).gone("revoked");
        sessions.read(old).problem(410, "session-gone");
    }

    @Tag("principal-index")
    @Test
    void aPrincipalsNewSessionLivesAfterwards() {
        sessions.newIdOf("p");
        sessions.revoke("?principal=p").is(200);
        String later = sessions.newIdOf("p");

        sessions.read(later).is(200);
        assertThat(sessions.list("?principal=p").field("sessions").size()).isEqualTo(1);
    }

    @Tag("principal-index")
    @Test
    void noWriteBringsARevokedSessionBack() {
        String id = sessions.newIdOf("p");
        sessions.revoke("?principal=p").is(200);

        IdCall.writes().forEach(call -> call.on(sessions, id).gone("revoked"));
        sessions.putNew(id, json("{'attributes': {}}")).gone("revoked");
    }

    @Test
    void revokingTakesNoBody() {
        String id = sessions.newIdOf("p");

        sessions.callWith("DELETE", "/sessions?principal=p", "{}").problem(400, "malformed-request");
        sessions.read(id).is(200);
    }
}
