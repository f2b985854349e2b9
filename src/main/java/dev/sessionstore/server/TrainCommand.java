package dev.sessionstore.server;

import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code train} runs the service once, from start to end, while the JVM records for its archive what that loads. With
 * settings of its own: an archive that is built into an image shall not depend on where, nor hold anybody's secret.
 */
final class TrainCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SESSIONS = "/v1/train/sessions";
    private static final String FIRST = "first-session-of-a-training-run-that-nobody-keeps";
    private static final String SECOND = "second-session-of-a-training-run-that-nobody-keeps";
    private static final List<Call> CALLS = List.of(
            new Call("GET", "/health/live", "", "", 200),
            new Call("GET", "/health/ready", "", "", 200),
            new Call("POST", SESSIONS, "", "{\"attributes\": {\"cart\": [\"sku-1\"]}, \"principal\": \"user\"}", 201),
            new Call("PUT", SESSIONS + "/-", FIRST, "{\"attributes\": {\"n\": 1}, \"principal\": \"user\"}", 201),
            new Call("GET", SESSIONS + "/-", FIRST, "", 200),
            new Call("PUT", SESSIONS + "/-", FIRST, "{\"attributes\": {\"n\": 1.5, \"s\": \"\\u00e9\"}}", 200),
            new Call("PATCH", SESSIONS + "/-", FIRST, "{\"set\": {\"n\": 2}, \"remove\": [\"s\"]}", 200),
            new Call("POST", SESSIONS + "/-/touch", FIRST, "", 204),
            new Call("GET", SESSIONS + "/-/attributes/n", FIRST, "", 200),
            new Call("POST", SESSIONS + "/-/rotate", FIRST, "{\"newId\": \"" + SECOND + "\"}", 200),
            new Call("POST", SESSIONS + "/-/expire", SECOND, "{\"inSeconds\": 60}", 204),
            new Call("GET", SESSIONS + "?principal=user", "", "", 200),
            new Call("DELETE", SESSIONS + "/-", SECOND, "", 204),
            new Call("DELETE", SESSIONS + "?principal=user", "", "", 200),
            new Call("GET", "/v1/train/stats", "", "", 200),
            new Call("GET", "/metrics", "", "", 200));

    /** @param sessionId empty: the call is about no session in particular */
    private record Call(String verb, String path, String sessionId, String body, int status) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private final String key = NewKey.fresh();

    private TrainCommand() {}

    /** @return the exit code */
    static int run(PrintStream out, PrintStream err) {
        try {
            Path directory = Files.createTempDirectory("session-store-train-");
            try {
                new TrainCommand().train(directory);
            } finally {
                delete(directory);
            }
            out.println("train: started, asked " + CALLS.size() + " times, ended");
            return Main.EXIT_OK;
        } catch (IOException e) {
            err.println("train: " + LocalServer.problem(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Main.EXIT_FAILED;
    }

    private void train(Path directory) throws IOException, InterruptedException {
        try (SessionServer server = new SessionServer(settings(directory), Clocks.ofNode(InstantSource.system()))) {
            server.start();
            for (Call call : CALLS) {
                int status = send(server.uri(), call);
                if (status != call.status) {
                    throw new IOException(
                            call.verb + " " + call.path + " answers " + status + " instead of " + call.status);
                }
            }
        }
    }

    /** As in production: keys from a file, and sessions on disk, encrypted. */
    private Settings settings(Path directory) throws IOException {
        Path keys = Files.writeString(directory.resolve("keys"), ApiKeys.hash(key) + " admin *\n");
        Path dataKeys = Files.writeString(directory.resolve("data-keys"), ApiKeys.hash(NewKey.fresh()) + "\n");
        return Settings.of(
                Map.of(
                        "port", "0",
                        "api-keys-file", keys.toString(),
                        "data-dir", directory.resolve("data").toString(),
                        "data-key-file", dataKeys.toString()),
                null);
    }

    private int send(String uri, Call call) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + call.path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + key)
                .method(call.verb, BodyPublishers.ofString(call.body));
        if (!call.sessionId.isEmpty()) {
            request.header("Session-Id", call.sessionId);
        }
        if (!call.body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (call.status == 201 && call.verb.equals("PUT")) {
            request.header("If-None-Match", "*");
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
