package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as people start it: the runnable jar, and README's own command. */
class ServerJarIT {
    private static final String JAR =
            Path.of("target", "session-store-server.jar").toAbsolutePath().toString();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Pattern LISTENS = Pattern.compile("session-store listens on (http://\\S+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Starts a program that becomes the server, and answers the lines up to the one that says what to try. */
    private List<String> start(String drainDelay, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nothing of the environment the tests run in.
        builder.environment().keySet().removeIf(name -> name.startsWith("SESSION_STORE_"));
        builder.environment().put("SESSION_STORE_PORT", "0");
        builder.environment().put("SESSION_STORE_DRAIN_DELAY", drainDelay);
        process = builder.start();
        BufferedReader output = process.inputReader();
        List<String> lines = new ArrayList<>();
        String line = output.readLine();
        while (line != null && !line.contains("try: ")) {
            lines.add(line);
            line = output.readLine();
        }
        lines.add(String.valueOf(line));
        return lines;
    }

    private static URI uriOf(List<String> lines) {
        Matcher listens = LISTENS.matcher(String.join("\n", lines));
        assertThat(listens.find()).as("%s", lines).isTrue();
        return URI.create(listens.group(1));
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theJarSaysInTwoLinesWhereItListensAndWhatToTry() throws Exception {
        List<String> lines = start("0s", JAVA, "-jar", JAR);

        assertThat(lines).hasSize(2);
        URI uri = uriOf(lines);
        assertThat(lines.get(1)).contains("curl -s -X POST " + uri + "/v1/demo/sessions");
        assertThat(get(uri.resolve("/health/ready")).statusCode()).isEqualTo(200);
        assertThat(get(uri.resolve("/docs/swagger-ui-bundle.js")).statusCode()).isEqualTo(200);
    }

    @Test
    @Needs(value = "mvn", remedy = "apt-get install maven")
    void readmesCommandPrintsTheTwoLines() throws Exception {
        List<String> lines = start("0s", "mvn", "-q", "compile", "exec:java");

        assertThat(lines.stream().filter(line -> line.contains("SessionServer")))
                .hasSize(2);
        assertThat(get(uriOf(lines).resolve("/health/live")).statusCode()).isEqualTo(200);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void atSigtermReadinessTurnsWhileThePortStillAcceptsAndARequestInFlightFinishes() throws Exception {
        // Longer than a busy machine holds the calls up that are made meanwhile.
        URI uri = uriOf(start("10s", JAVA, "-jar", JAR));
        try (Socket slow = new Socket(uri.getHost(), uri.getPort())) {
            OutputStream out = slow.getOutputStream();
            out.write(("POST /v1/shop/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\nConnection: close\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            process.destroy();

            HttpResponse<String> ready = get(uri.resolve("/health/ready"));
            while (ready.statusCode() == 200) {
                ready = get(uri.resolve("/health/ready"));
            }
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("\"not-ready\"");
            assertThat(ready.headers().firstValue("Retry-After")).isPresent();
            assertThat(get(uri.resolve("/health/live")).statusCode()).isEqualTo(200);

            out.write('}');
            out.flush();
            try (InputStream in = slow.getInputStream()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 201");
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void theLogHoldsNoSecretAtAnyLevel() throws Exception {
        String key = "a-key-that-nobody-may-read-in-a-log-0123456789";
        String id = "an-id-that-nobody-may-read-in-a-log-0123456789";
        URI uri = uriOf(start("0s", JAVA, "-jar", JAR, "--log-level", "debug", "--api-key", key));
        String session = uri + "/v1/shop/sessions/" + id;
        String body = "{\"attributes\": {\"pin\": \"attribute-4711\"}, \"principal\": \"principal-4711\"}";
        List<HttpRequest.Builder> calls = List.of(
                HttpRequest.newBuilder(URI.create(session))
                        .header("If-None-Match", "*")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)),
                HttpRequest.newBuilder(URI.create(session)),
                HttpRequest.newBuilder(URI.create(session + "/attributes/attribute-4711")),
                HttpRequest.newBuilder(URI.create(uri + "/v1/shop/sessions?principal=principal-4711")),
                HttpRequest.newBuilder(URI.create(uri + "/nowhere/" + id)),
                HttpRequest.newBuilder(URI.create(session)).PUT(HttpRequest.BodyPublishers.ofString("{" + body)),
                HttpRequest.newBuilder(URI.create(session)).DELETE(),
                HttpRequest.newBuilder(URI.create(session)));
        List<Integer> statuses = new ArrayList<>();
        for (HttpRequest.Builder call : calls) {
            HttpRequest request = call.header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/json")
                    .build();
            statuses.add(
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
        assertThat(statuses).containsExactly(201, 200, 404, 200, 404, 400, 204, 410);
        // Not Process.destroy, which closes the stream to be read.
        process.toHandle().destroy();
        String log = String.join("\n", process.inputReader().lines().toList());

        assertThat(log).contains("PUT /v1/{namespace}/sessions/{id} 201", "session-gone");
        assertThat(log).doesNotContain(key, id, "attribute-4711", "principal-4711");
    }

    @Test
    void badSettingsAreListedTogetherWithWhatWouldBeRight() throws Exception {
        process = new ProcessBuilder(JAVA, "-jar", JAR, "--idle-timeout", "30mins", "--port", "x", "--prot=1")
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(printed).contains("--idle-timeout", "try 30m", "--port", "--prot");
    }

    private int stop() throws InterruptedException {
        process.toHandle().destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private URI createOn(Path data) throws IOException, InterruptedException {
        URI uri = uriOf(start("0s", JAVA, "-jar", JAR, "--data-dir", data.toString()));
        HttpResponse<String> created = client.send(
                HttpRequest.newBuilder(uri.resolve("/v1/shop/sessions"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(created.statusCode()).isEqualTo(201);
        return URI.create(created.headers().firstValue("Location").orElseThrow());
    }

    @Test
    void sessionsSurviveAnOrderlyEndAndAKilledProcess(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        URI first = createOn(data);
        assertThat(stop()).isZero();
        URI second = createOn(data);
        process.toHandle().destroyForcibly();
        process.waitFor();

        URI uri = uriOf(start("0s", JAVA, "-jar", JAR, "--data-dir", data.toString()));
        assertThat(get(uri.resolve(first)).statusCode()).isEqualTo(200);
        assertThat(get(uri.resolve(second)).statusCode()).isEqualTo(200);
    }

    @Test
    void damagedDataStopsTheStartWithACodeOfItsOwnUntilItIsRepaired(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        createOn(data);
        assertThat(stop()).isZero();
        Path snapshot;
        try (Stream<Path> files = Files.list(data)) {
            snapshot = files.filter(file -> file.getFileName().toString().matches("snapshot-[0-9]+"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes);

        for (String[] command : new String[][] {
            {JAVA, "-jar", JAR, "--port", "0", "--data-dir", data.toString()},
            {JAVA, "-jar", JAR, "verify", data.toString()}
        }) {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(printed).isEqualTo(3);
            assertThat(printed)
                    .contains(snapshot.getFileName().toString())
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception");
        }
        URI uri = uriOf(start("0s", JAVA, "-jar", JAR, "--data-dir", data.toString(), "--repair"));
        assertThat(get(uri.resolve("/health/ready")).statusCode()).isEqualTo(200);
    }

    @Test
    void aDirectoryThatOthersCanEnterStopsTheStart(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        process = new ProcessBuilder(JAVA, "-jar", JAR, "--port", "0", "--data-dir", data.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isEqualTo(1);
        assertThat(printed).contains(data.toString()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    @Test
    void aPortInUseIsSaidPlainly() throws Exception {
        URI uri = uriOf(start("0s", JAVA, "-jar", JAR));
        Process second = new ProcessBuilder(JAVA, "-jar", JAR, "--port", String.valueOf(uri.getPort()))
                .redirectErrorStream(true)
                .start();
        String printed = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(printed).contains("cannot listen").doesNotContain("\tat ");
    }
}
