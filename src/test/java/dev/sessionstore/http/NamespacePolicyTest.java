package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What settings change, for the server or for one namespace. */
class NamespacePolicyTest extends ServerTest {
    private static final String YAML = """
            namespaces:
              reusing:
                tombstone: 0s
              hasty:
                idle-timeout: 10s
            """;
    private static final String BODY = json("{'attributes': {'a': 1}}");

    NamespacePolicyTest() {
        super(TestServer.start(Map.of(), YAML));
    }

    @Test
    void withoutTombstoneADeletedIdIsAsIfNeverSeen() {
        Sessions reusing = sessions.in("reusing");
        String id = reusing.newId();
        reusing.delete(id).is(204);

        reusing.read(id).notFound();
        reusing.put(id, BODY).notFound();
        reusing.putNew(id, BODY).is(201);
    }

    @Test
    void withoutTombstoneAnExpiredIdIsAsIfNeverSeen() {
        Sessions reusing = sessions.in("reusing");
        String id = reusing.newId();
        advance(IDLE);

        reusing.read(id).notFound();
        assertThat(reusing.putNew(id, BODY).is(201).version()).isEqualTo(1);
    }

    @Test
    void theETagsOfTwoSessionsUnderOneIdDiffer() {
        Sessions reusing = sessions.in("reusing");
        String id = Sessions.ownId();
        Set<String> etags = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            etags.add(reusing.putNew(id, BODY).is(201).etag());
            reusing.delete(id).is(204);
        }
        assertThat(etags).hasSize(3);

        reusing.putNew(id, BODY).is(201);
        for (String etag : etags) {
            reusing.put(id, BODY, "If-Match", etag).problem(412, "version-mismatch");
            reusing.read(id, "If-None-Match", etag).is(200);
        }
    }

    @Test
    void withoutTombstoneAnOldIdMayBeTheNewIdOfARotation() {
        Sessions reusing = sessions.in("reusing");
        String id = reusing.newId();
        reusing.delete(id).is(204);

        assertThat(reusing.rotate(reusing.newId(), "{\"newId\": \"" + id + "\"}")
                        .is(200)
                        .id())
                .isEqualTo(id);
    }

    @Test
    void otherNamespacesKeepTheirTombstones() {
        String id = sessions.newId();
        sessions.delete(id).is(204);

        sessions.read(id).gone("deleted");
    }

    @Test
    void aNamespaceMayHaveTimeoutsOfItsOwn() {
        Sessions hasty = sessions.in("hasty");
        Answer created = hasty.create().is(201);

        assertThat(created.field("idleTimeoutSeconds").asLong()).isEqualTo(10);
        assertThat(created.field("absoluteTimeoutSeconds").asLong()).isEqualTo(ABSOLUTE.toSeconds());
        Answer flipped = hasty.patch(created.id(), json("{'permanent': true}")).is(200);
        assertThat(flipped.field("idleTimeoutSeconds").asLong()).isEqualTo(PERMANENT.toSeconds());
        flipped = hasty.patch(created.id(), json("{'permanent': false}")).is(200);
        assertThat(flipped.field("idleTimeoutSeconds").asLong()).isEqualTo(10);
    }

    @Test
    void theServersIdleTimeoutIsASetting() {
        try (TestServer quick = TestServer.start(Map.of("idle-timeout", "10m"))) {
            assertThat(Sessions.in(quick)
                            .create()
                            .is(201)
                            .field("idleTimeoutSeconds")
                            .asLong())
                    .isEqualTo(600);
        }
    }

    @Tag(RestContract.MEMORY)
    @Test
    void aFullStoreAnswers507AndStillReadsAndDeletes() {
        try (TestServer full = TestServer.start(Map.of("max-sessions", "3"))) {
            Sessions few = Sessions.in(full);
            String first = few.newId();
            few.newId();
            few.newId();

            few.create().problem(507, "store-full");
            few.putNew(Sessions.ownId(), BODY).problem(507, "store-full");
            few.read(first).is(200);
            few.delete(first).is(204);
            few.create().is(201);
        }
    }

    @Test
    void aStoreThatEvictsTakesOneMore() {
        try (TestServer evicting = TestServer.start(Map.of("max-sessions", "3", "when-full", "evict"))) {
            Sessions few = Sessions.in(evicting);
            for (int i = 0; i < 6; i++) {
                few.create().is(201);
            }
        }
    }
}
