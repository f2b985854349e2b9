package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import dev.sessionstore.testing.TestCertificate;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static SSLContext trusting;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate certificate =
                TestCertificate.make(directory, "dns:localhost", "-keyalg EC -groupname secp256r1");
        server = TestServer.start(Map.of(
                "tls-cert",
                Files.writeString(directory.resolve("crt"), certificate.certificatePem())
                        .toString(),
                "tls-key",
                Files.writeString(directory.resolve("key"), certificate.pkcs8Pem())
                        .toString()));
        trusting = certificate.trusting();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static SessionClientBuilder at(String host) {
        return PatientClient.builder(
                URI.create("https://" + host + ":" + server.uri().getPort()));
    }

    @Test
    void aCertificateThatTheContextTrustsIsFine() {
        try (SessionClient client = at("localhost").sslContext(trusting).build()) {
            StoredSession session =
                    client.create(NewSession.builder().attribute("a", 1).build());
            assertThat(client.find(session.id()).orElseThrow().get("a")).isEqualTo(1);
        }
    }

    @Test
    void oneThatNobodyVouchesForIsRefusedAndTheMessageSaysWhy() {
        try (SessionClient client = at("localhost").build()) {
            ServiceUnavailableException refused =
                    catchThrowableOfType(ServiceUnavailableException.class, () -> client.create(NewSession.EMPTY));
            assertThat(refused)
                    .hasMessageContaining("https://localhost:" + server.uri().getPort() + " cannot be reached")
                    .hasMessageContaining("PKIX path building failed");
            assertThat(refused.isOutcomeUnknown()).isFalse();
        }
    }

    @Test
    void oneForAnotherNameIsRefused() {
        try (SessionClient client = at("127.0.0.1").sslContext(trusting).build()) {
            ServiceUnavailableException refused =
                    catchThrowableOfType(ServiceUnavailableException.class, () -> client.create(NewSession.EMPTY));
            assertThat(refused).hasMessageContaining("127.0.0.1").hasMessageContaining("cannot be reached");
            assertThat(refused.isOutcomeUnknown()).isFalse();
        }
    }
}
