package dev.sessionstore.testing;

import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.SessionClientBuilder;
import java.net.URI;
import java.time.Duration;

/** Clients whose calls may take for as long as a busy machine holds them up. */
public final class PatientClient {
    private PatientClient() {}

    public static SessionClientBuilder builder(URI node) {
        return SessionClient.builder(node).timeout(Duration.ofSeconds(60));
    }
}
