package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionClientTest {
    @Test
    void smoke() {
        try (TestServer server = TestServer.start();
                SessionClient client =
                        SessionClient.builder(server.uri()).namespace("shop").build()) {
            StoredSession session = client.create(NewSession.builder()
                    .attribute("cart", List.of("sku-1"))
                    .principal("Ü ser")
                    .build());
            client.patch(
                    session.id(), SessionPatch.builder().attribute("step", 2).build());
            assertThat(client.find(session.id()).orElseThrow().get("step", Integer.class))
                    .isEqualTo(2);
            assertThat(client.sessionsOf("Ü ser").toList()).hasSize(1);
            StoredSession rotated = client.rotate(session.id()).orElseThrow();
            assertThat(client.revokeAll("Ü ser")).isEqualTo(1);
            assertThat(client.async().stats().join().sessions()).hasValue(0);
            assertThat(client.delete(rotated.id())).isFalse();
        }
    }
}
