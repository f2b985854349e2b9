package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** GET /stats. */
class StatsTest extends ServerTest {
    private long count(String field) {
        return sessions.call("GET", "/stats").is(200).field(field).asLong();
    }

    @Tag(RestContract.MEMORY)
    @Test
    void statsHaveTheirShape() {
        sessions.newId();
        Answer answer = sessions.call("GET", "/stats").is(200);

        List<String> names = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactlyInAnyOrder("sessions", "bytes", "store", "capabilities");
        assertThat(answer.field("store").asText()).isEqualTo("memory");
        List<String> capabilities = new ArrayList<>();
        answer.field("capabilities").forEach(each -> capabilities.add(each.asText()));
        assertThat(capabilities).containsExactlyInAnyOrder("principal-index", "scan", "count");
        assertThat(answer.field("sessions").isIntegralNumber()).isTrue();
        assertThat(answer.field("bytes").isIntegralNumber()).isTrue();
    }

    @Tag("count")
    @Test
    void statsCountLiveSessionsAndTheirBytes() {
        long sessionsBefore = count("sessions");
        long bytesBefore = count("bytes");
        String id = sessions.newId("{\"attributes\": {\"a\": \"" + "x".repeat(10_000) + "\"}}");
        sessions.newId();

        assertThat(count("sessions")).isEqualTo(sessionsBefore + 2);
        assertThat(count("bytes")).isGreaterThanOrEqualTo(bytesBefore + 10_000);
        sessions.delete(id).is(204);
        assertThat(count("sessions")).isEqualTo(sessionsBefore + 1);
    }
}
