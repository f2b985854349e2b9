package dev.sessionstore.http;

import static dev.sessionstore.http.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes beside /v1. */
class OperationsTest extends ServerTest {
    private Answer get(String path) {
        return sessions.send("GET", path, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready"})
    void healthIsUp(String path) {
        assertThat(get(path).is(200).json()).isEqualTo(Answer.parse(json("{'status': 'up'}")));
    }

    @Test
    void metricsSpeakPrometheusAndNameNoSession() {
        Answer created = sessions.create(json("{'principal': 'the-principal-of-this-test'}"));
        sessions.read(created.id()).is(200);
        String metrics = get("/metrics").is(200).text();

        assertThat(metrics).contains("# TYPE ").contains("# HELP ");
        assertThat(metrics).doesNotContain(created.id()).doesNotContain("the-principal-of-this-test");
    }

    @Test
    void theSpecificationIsServed() {
        assertThat(get("/openapi.yaml").is(200).text()).contains("openapi:").contains("paths:");
    }

    @Test
    void theDocsAreServed() {
        Answer docs = get("/docs").is(200);

        assertThat(docs.mediaType()).isEqualTo("text/html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics", "/openapi.yaml", "/docs"})
    void theyAreForReadingOnly(String path) {
        Answer answer = RawHttp.call(server, "DELETE", path, null).problem(405, "method-not-allowed");

        assertThat(answer.header("Allow")).contains("GET");
    }
}
