package dev.sessionstore.http;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.restassured.RestAssuredResponse;
import dev.sessionstore.server.Clocks;
import dev.sessionstore.server.SessionServer;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestEngine;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A real server on a free port of 127.0.0.1, with its clock in the test's hands. */
public final class TestServer implements AutoCloseable {
    private static final Filter AGAINST_THE_SPECIFICATION = new AnswerValidation();

    /** Which of the two doors is tested: the build runs all of this with either. */
    static final boolean NON_BLOCKING = Boolean.parseBoolean(System.getProperty("non-blocking", "true"));

    private final MutableClock clock = new MutableClock();
    private final SessionServer server;
    private final @Nullable Path keysFile;

    private TestServer(Map<String, String> settings, @Nullable String yaml, @Nullable Path keysFile) {
        Map<String, String> all =
                new HashMap<>(Map.of("port", "0", "drain-delay", "0s", "non-blocking", Boolean.toString(NON_BLOCKING)));
        all.putAll(settings.containsKey("data-dir") ? Map.of() : room());
        all.putAll(settings);
        this.keysFile = keysFile;
        server = new SessionServer(Settings.of(all, yaml), Clocks.given(clock));
        server.start();
    }

    /** In the engine that the system property {@code backend} names: {@link RestContract} sets it. */
    private static Map<String, String> room() {
        return TestEngine.of(System.getProperty("backend", "memory")).newRoom();
    }

    /** Anonymous, with defaults. */
    public static TestServer start() {
        return start(Map.of());
    }

    /** @param settings by their names in the settings file */
    public static TestServer start(Map<String, String> settings) {
        return new TestServer(settings, null, null);
    }

    /** @param yaml the settings file's text */
    public static TestServer start(Map<String, String> settings, String yaml) {
        return new TestServer(settings, yaml, null);
    }

    /** With a file of keys, none in it yet that a test knows, and no anonymous access. */
    public static TestServer startWithKeys(Map<String, String> settings) {
        try {
            Path file = Files.createTempFile("keys", ".txt");
            Files.writeString(file, ApiKeys.hash(UUID.randomUUID().toString()) + " read nobodys\n");
            Map<String, String> all = new HashMap<>(settings);
            all.put("api-keys-file", file.toString());
            all.put("file-check-interval", "10ms");
            return new TestServer(all, null, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI uri() {
        return URI.create(server.uri());
    }

    public MutableClock clock() {
        return clock;
    }

    /** A request to this server, of which the answer is held against openapi.yaml. */
    public RequestSpecification given() {
        return RestAssured.given()
                .baseUri(uri().toString())
                .urlEncodingEnabled(false)
                .filter(AGAINST_THE_SPECIFICATION);
    }

    /** Adds a key to the file and waits until the server knows it. */
    public String newKey(String role, String... namespaces) {
        String key = UUID.randomUUID().toString() + UUID.randomUUID();
        try {
            Files.writeString(
                    java.util.Objects.requireNonNull(keysFile, "only with startWithKeys"),
                    ApiKeys.hash(key) + " " + role + " " + String.join(",", namespaces) + "\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String authorization = "Bearer " + key;
        while (RestAssured.given()
                        .header("Authorization", authorization)
                        .get(uri() + "/v1/any/stats")
                        .statusCode()
                == 401) {
            Thread.onSpinWait();
        }
        return key;
    }

    @Override
    public void close() {
        server.close();
        if (keysFile != null) {
            keysFile.toFile().delete();
        }
    }

    /** Answers only: tests send faulty requests on purpose. */
    private static final class AnswerValidation implements Filter {
        private final OpenApiInteractionValidator validator = OpenApiInteractionValidator.createFor(
                        Path.of("openapi.yaml").toUri().toString())
                .withLevelResolver(LevelResolver.create()
                        .withLevel("validation.request.path.missing", ValidationReport.Level.IGNORE)
                        .withLevel("validation.request.operation.notAllowed", ValidationReport.Level.IGNORE)
                        .build())
                .build();

        @Override
        public Response filter(
                FilterableRequestSpecification request,
                FilterableResponseSpecification ignored,
                FilterContext context) {
            Response response = context.next(request, ignored);
            ValidationReport report = validator.validateResponse(
                    URI.create(request.getURI()).getRawPath(),
                    Request.Method.valueOf(request.getMethod()),
                    RestAssuredResponse.of(response));
            if (report.hasErrors()) {
                throw new AssertionError(request.getMethod() + " answered " + response.statusCode()
                        + ", which openapi.yaml does not describe: " + report);
            }
            return response;
        }
    }
}
