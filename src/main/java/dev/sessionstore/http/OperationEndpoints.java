package dev.sessionstore.http;

import static dev.sessionstore.http.Answers.now;

import dev.sessionstore.wire.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Health, metrics, and the pages that explain the service. */
final class OperationEndpoints {
    private static final byte[] UP = "{\"status\":\"up\"}".getBytes(StandardCharsets.US_ASCII);
    /** Nothing from elsewhere, and nobody's frame around it. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";

    /** The files of the docs page: name to class path and media type. */
    private static final Map<String, Resource> DOCS = Map.of(
            "initializer.js", new Resource("docs/initializer.js", "text/javascript"),
            "swagger-ui.css", new Resource(WEBJAR + "swagger-ui.css", "text/css"),
            "swagger-ui-bundle.js", new Resource(WEBJAR + "swagger-ui-bundle.js", "text/javascript"),
            "favicon-32x32.png", new Resource(WEBJAR + "favicon-32x32.png", "image/png"));

    private record Resource(String path, String type) {
        byte[] bytes() {
            try (InputStream in = OperationEndpoints.class.getClassLoader().getResourceAsStream(path)) {
                if (in == null) {
                    throw new IllegalStateException("the class path lacks " + path);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Readiness readiness;
    private final Supplier<String> scrape;
    private final byte[] specification = new Resource("openapi.yaml", "application/yaml").bytes();

    /** @param scrape makes the metrics in Prometheus' text format */
    OperationEndpoints(Readiness readiness, Supplier<String> scrape) {
        this.readiness = readiness;
        this.scrape = scrape;
    }

    private static String swaggerUiVersion() {
        java.util.Properties pom = new java.util.Properties();
        try (InputStream in = OperationEndpoints.class
                .getClassLoader()
                .getResourceAsStream("META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks the swagger-ui webjar");
            }
            pom.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pom.getProperty("version");
    }

    CompletionStage<ApiResponse> live(ApiRequest request) {
        return now(ApiResponse.json(200, UP));
    }

    CompletionStage<ApiResponse> ready(ApiRequest request) {
        String obstacle = readiness.obstacle();
        if (obstacle != null) {
            throw Failures.notReady(obstacle);
        }
        return now(ApiResponse.json(200, UP));
    }

    CompletionStage<ApiResponse> metrics(ApiRequest request) {
        return now(ApiResponse.of(
                200, "text/plain; version=0.0.4; charset=utf-8", scrape.get().getBytes(StandardCharsets.UTF_8)));
    }

    CompletionStage<ApiResponse> specification(ApiRequest request) {
        return now(ApiResponse.of(200, "application/yaml", specification));
    }

    CompletionStage<ApiResponse> docs(ApiRequest request) {
        byte[] page = new Resource("docs/index.html", "text/html").bytes();
        return now(ApiResponse.of(200, "text/html; charset=utf-8", page)
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY));
    }

    CompletionStage<ApiResponse> docsFile(ApiRequest request) {
        Resource file = DOCS.get(request.segment("{file}"));
        if (file == null) {
            throw ApiProblem.of(ErrorCode.ROUTE_NOT_FOUND, "the docs page has no such file");
        }
        return now(ApiResponse.of(200, file.type(), file.bytes()));
    }
}
