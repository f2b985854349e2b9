package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.http.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came back, from REST-assured or from a raw socket, with the checks that many tests share. */
record Answer(String verb, int status, Headers headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Answer is(int expected) {
        assertThat(status).as(this::toString).isEqualTo(expected);
        return this;
    }

    Answer isOneOf(Integer... expected) {
        assertThat(status).as(this::toString).isIn((Object[]) expected);
        return this;
    }

    /** Status and code, and everything the contract says of every problem document. */
    Answer problem(int expectedStatus, String code) {
        is(expectedStatus);
        if (verb.equals("HEAD")) {
            assertThat(body).isEmpty();
            return this;
        }
        JsonNode problem = anyProblem();
        assertThat(problem.path("code").asText()).as(this::toString).isEqualTo(code);
        return this;
    }

    /** A well-formed problem document, whatever it says; nothing in it may look like an id or a stack trace. */
    JsonNode anyProblem() {
        assertThat(mediaType()).as(this::toString).isEqualTo("application/problem+json");
        JsonNode problem = json();
        String code = problem.path("code").asText();
        assertThat(code).matches("[a-z]+(-[a-z]+)*");
        assertThat(problem.path("type").asText()).isEqualTo("tag:sessionstore.dev,2026:" + code);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("status").isInt()).isTrue();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asText()).isNotBlank().doesNotContainPattern("[A-Za-z0-9._~-]{32,}");
        assertThat(problem.path("requestId").asText()).isNotBlank().isEqualTo(header("X-Request-Id"));
        assertThat(problem.has("reason"))
                .as("reason exactly with 410: %s", this)
                .isEqualTo(status == 410);
        assertThat(problem.has("errors"))
                .as("errors exactly with 422: %s", this)
                .isEqualTo(status == 422);
        assertThat(text()).doesNotContain("Exception").doesNotContain("\\tat ").doesNotContain("dev.sessionstore.");
        return problem;
    }

    /** 410 with the reason. */
    Answer gone(String reason) {
        problem(410, "session-gone");
        if (!verb.equals("HEAD")) {
            assertThat(json().path("reason").asText()).as(this::toString).isEqualTo(reason);
        }
        return this;
    }

    Answer notFound() {
        return problem(404, "session-not-found");
    }

    /** 422 with an error at this pointer, perhaps among others. */
    Answer invalid(String pointer) {
        invalid();
        assertThat(pointers()).as(this::toString).contains(pointer);
        return this;
    }

    Answer invalid() {
        problem(422, "invalid-field");
        assertThat(pointers()).isNotEmpty();
        json().path("errors")
                .forEach(error -> assertThat(error.path("detail").asText()).isNotBlank());
        return this;
    }

    List<String> pointers() {
        List<String> pointers = new ArrayList<>();
        json().path("errors")
                .forEach(error -> pointers.add(error.path("pointer").asText()));
        return pointers;
    }

    /** The two running clocks, repeated in headers: exactly what the document of the same answer says. */
    Answer repeatsItsClocks() {
        assertThat(header("Session-Last-Accessed-At"))
                .isEqualTo(field("lastAccessedAt").asText());
        if (field("expiresAt").isNull()) {
            assertThat(header("Session-Expires-At")).isNull();
        } else {
            assertThat(header("Session-Expires-At"))
                    .isEqualTo(field("expiresAt").asText());
        }
        return this;
    }

    /** The headers alone, for answers without a document. */
    Answer clocks(Instant lastAccessed, Instant expires) {
        assertThat(header("Session-Last-Accessed-At")).as(this::toString).isNotNull();
        assertThat(Instant.parse(header("Session-Last-Accessed-At"))).isEqualTo(lastAccessed);
        assertThat(header("Session-Expires-At")).as(this::toString).isNotNull();
        assertThat(Instant.parse(header("Session-Expires-At"))).isEqualTo(expires);
        return this;
    }

    /** What every answer carries, and what none does. */
    Answer keepsTheHouseRules() {
        assertThat(header("Cache-Control")).as(this::toString).isEqualTo("no-store");
        assertThat(header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header("X-Request-Id")).isNotBlank();
        assertThat(headers.hasHeaderWithName("Server")).isFalse();
        assertThat(headers.asList())
                .noneMatch(header -> header.getName().toLowerCase(Locale.ROOT).startsWith("access-control-"));
        return this;
    }

    String header(String name) {
        return headers.getValue(name);
    }

    String etag() {
        String etag = header("ETag");
        assertThat(etag).as(this::toString).isNotNull().matches("\"[^\"]+\"");
        return etag;
    }

    /** The content type without parameters; a charset, if one is told, is UTF-8. */
    String mediaType() {
        String type = header("Content-Type");
        assertThat(type).as(this::toString).isNotNull();
        String[] parts = type.split(";", 2);
        if (parts.length == 2) {
            assertThat(parts[1].strip()).isEqualToIgnoringCase("charset=utf-8");
        }
        return parts[0].strip();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return parse(text());
    }

    JsonNode field(String name) {
        JsonNode field = json().get(name);
        assertThat(field).as("%s in %s", name, this).isNotNull();
        return field;
    }

    Instant time(String name) {
        return Instant.parse(field(name).asText());
    }

    String id() {
        return field("id").asText();
    }

    String handle() {
        return field("handle").asText();
    }

    int version() {
        return field("version").asInt();
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    @Override
    public String toString() {
        return verb + " -> " + status + "\n" + headers + "\n\n" + text();
    }
}
