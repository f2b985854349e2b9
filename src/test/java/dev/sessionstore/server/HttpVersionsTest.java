package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.TestCertificate;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One port, both versions of HTTP, with TLS and without. */
class HttpVersionsTest {
    private static final String ATTRIBUTES = "{\"attributes\":{\"n\":1}}";

    @TempDir
    private static Path directory;

    private static TestCertificate made;

    @BeforeAll
    static void makeCertificate() throws Exception {
        made = TestCertificate.make(directory, "-keyalg EC -groupname secp256r1");
    }

    /** What a session goes through, each answer in the version that was asked for. */
    private static void exercise(HttpClient client, HttpClient.Version version, URI server) throws Exception {
        String id = "an-id-of-my-own-an-id-of-my-own-" + version;
        URI session = server.resolve("/v1/versions/sessions/-");
        // Before anything with a body: a client may ask for an upgrade in its first request only.
        assertThat(send(client, server.resolve("/health/live"), "GET", id, BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(200);
        BodyPublisher unannounced = BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(ATTRIBUTES.getBytes(StandardCharsets.UTF_8)));
        HttpResponse<String> created = send(client, session, "PUT", id, unannounced, "If-None-Match", "*");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.body()).contains("\"attributes\":{\"n\":1}");

        String large = "{\"set\":{\"large\":\"" + "x".repeat(100_000) + "\"}}";
        HttpResponse<String> patched = send(client, session, "PATCH", id, BodyPublishers.ofString(large));
        assertThat(patched.statusCode()).isEqualTo(200);
        HttpResponse<String> read = send(client, session, "GET", id, BodyPublishers.noBody());
        assertThat(read.body()).isEqualTo(patched.body()).hasSizeGreaterThan(100_000);
        assertThat(send(client, session, "HEAD", id, BodyPublishers.noBody()).body())
                .isEmpty();

        HttpResponse<String> wrong = send(client, session, "PUT", id, BodyPublishers.ofString("{"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("malformed-json");
        HttpResponse<String> gone = send(client, session, "DELETE", id, BodyPublishers.noBody());
        assertThat(gone.statusCode()).isEqualTo(204);
        for (HttpResponse<String> each : List.of(created, patched, read, wrong, gone)) {
            assertThat(each.version()).isEqualTo(version);
            assertThat(each.headers().firstValue("Cache-Control")).contains("no-store");
        }
    }

    private static HttpResponse<String> send(
            HttpClient client, URI uri, String verb, String id, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Session-Id", id)
                .header("Content-Type", "application/json")
                .method(verb, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "HTTP_2, true", "HTTP_2, false"})
    void withoutTls(HttpClient.Version version, String nonBlocking) throws Exception {
        try (TestServer server = TestServer.start(Map.of("non-blocking", nonBlocking))) {
            exercise(HttpClient.newBuilder().version(version).build(), version, server.uri());
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "HTTP_2, true", "HTTP_2, false"})
    void withTls(HttpClient.Version version, String nonBlocking) throws Exception {
        Map<String, String> settings = Map.of(
                "non-blocking",
                nonBlocking,
                "tls-cert",
                Files.writeString(directory.resolve("tls.crt"), made.certificatePem())
                        .toString(),
                "tls-key",
                Files.writeString(directory.resolve("tls.key"), made.pkcs8Pem()).toString());
        try (TestServer server = TestServer.start(settings)) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(made.trusting())
                    .build();
            exercise(client, version, server.uri());
        }
    }

    /** RFC 9113, section 3.3: the client's preface first, and the server's SETTINGS in return. */
    @Test
    void byPriorKnowledge() throws Exception {
        try (TestServer server = TestServer.start();
                Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(3);
            assertThat(in.readByte()).as("type of the first frame: SETTINGS").isEqualTo((byte) 4);
        }
    }
}
