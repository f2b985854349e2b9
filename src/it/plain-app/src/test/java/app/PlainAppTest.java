package app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionGoneException;
import dev.sessionstore.client.SessionPatch;
import dev.sessionstore.client.StoredSession;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** What an application has that depends on the client and nothing else. */
class PlainAppTest {
    record Cart(int items) {}

    @Test
    void sessionsComeAndGo() {
        try (SessionClient client = SessionClient.builder(URI.create(System.getProperty("service")))
                .namespace("plain")
                .build()) {
            StoredSession session = client.create(NewSession.builder().attribute("cart", new Cart(1)).build());
            client.patch(session.id(), SessionPatch.builder().attribute("cart", new Cart(2)).build());
            assertEquals(new Cart(2), client.find(session.id()).orElseThrow().get("cart", Cart.class));
            client.delete(session.id());
            assertThrows(SessionGoneException.class, () -> client.find(session.id()));
        }
    }
}
