package dev.sessionstore.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.restassured.specification.SpecificationQuerier;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls of the contract, in one namespace of one server, under one key or none. Headers come as name, value, name, value. */
final class Sessions {
    static final String MERGE_PATCH = "application/merge-patch+json";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestServer server;
    private final String namespace;
    private final String key;

    Sessions(TestServer server, String namespace, String key) {
        this.server = server;
        this.namespace = namespace;
        this.key = key;
    }

    /** A namespace nobody used before. */
    static Sessions in(TestServer server) {
        return new Sessions(server, freshNamespace(), null);
    }

    static String freshNamespace() {
        return "app-" + NUMBER.incrementAndGet();
    }

    Sessions in(String otherNamespace) {
        return new Sessions(server, otherNamespace, key);
    }

    Sessions as(String otherKey) {
        return new Sessions(server, namespace, otherKey);
    }

    String namespace() {
        return namespace;
    }

    /** JSON written with single quotes, for legible tests. */
    static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** An id of the caller's own, never used before. */
    static String ownId() {
        return "own.id~" + UUID.randomUUID();
    }

    // Any call, under this namespace.

    Answer call(String verb, String path, String... headers) {
        return send(verb, "/v1/" + namespace + path, null, headers);
    }

    Answer callWith(String verb, String path, String body, String... headers) {
        return send(verb, "/v1/" + namespace + path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer callWith(String verb, String path, byte[] body, String... headers) {
        return send(verb, "/v1/" + namespace + path, body, headers);
    }

    /** Any call at all. The content type is exactly application/json unless a header says otherwise. */
    Answer send(String verb, String path, byte[] body, String... headers) {
        RequestSpecification request = server.given();
        RestAssuredConfig config = SpecificationQuerier.query(request).getConfig();
        config = config == null ? RestAssuredConfig.config() : config;
        request.config(config.encoderConfig(config.getEncoderConfig()
                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                .encodeContentTypeAs(MERGE_PATCH, ContentType.JSON)));
        String contentType = body == null ? null : "application/json";
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equals("Content-Type")) {
                contentType = headers[i + 1];
            } else {
                request.header(headers[i], headers[i + 1]);
            }
        }
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (contentType == null) {
            request.noContentType();
        } else {
            request.contentType(contentType);
        }
        if (body != null) {
            request.body(body);
        }
        Response response = request.request(verb, path);
        return new Answer(verb, response.statusCode(), response.headers(), response.asByteArray());
    }

    /** The same over a raw socket: nothing in the target is folded, merged or escaped on the way, and no specification asked. */
    Answer raw(String verb, String path, String... headers) {
        return RawHttp.call(server, verb, "/v1/" + namespace + path, null, withKey(headers));
    }

    Answer rawWith(String verb, String path, String body, String... headers) {
        return RawHttp.call(server, verb, "/v1/" + namespace + path, body, withKey(headers));
    }

    private String[] withKey(String... headers) {
        return key == null ? headers : with(headers, "Authorization", "Bearer " + key);
    }

    static String[] with(String[] headers, String name, String value) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = name;
        all[headers.length + 1] = value;
        return all;
    }

    // Sessions.

    Answer create() {
        return call("POST", "/sessions");
    }

    Answer create(String body, String... headers) {
        return callWith("POST", "/sessions", body, headers);
    }

    /** The id of a new session with the attribute {@code a}. */
    String newId() {
        return newId(json("{'attributes': {'a': 1}}"));
    }

    String newId(String body) {
        return create(body).is(201).id();
    }

    String newIdOf(String principal) {
        return newId("{\"principal\": \"" + principal + "\"}");
    }

    Answer read(String id, String... headers) {
        return call("GET", "/sessions/" + id, headers);
    }

    /** Reads without sliding. */
    Answer peek(String id, String... headers) {
        return call("GET", "/sessions/" + id + "?touch=false", headers);
    }

    JsonNode document(String id) {
        return peek(id).is(200).json();
    }

    String etag(String id) {
        return peek(id).is(200).etag();
    }

    Answer put(String id, String body, String... headers) {
        return callWith("PUT", "/sessions/" + id, body, headers);
    }

    /** PUT that creates. */
    Answer putNew(String id, String body, String... headers) {
        return put(id, body, with(headers, "If-None-Match", "*"));
    }

    Answer patch(String id, String body, String... headers) {
        return callWith("PATCH", "/sessions/" + id, body, headers);
    }

    Answer merge(String id, String body) {
        return callWith("PATCH", "/sessions/" + id, body, "Content-Type", MERGE_PATCH);
    }

    Answer delete(String id, String... headers) {
        return call("DELETE", "/sessions/" + id, headers);
    }

    Answer touch(String id, String... headers) {
        return call("POST", "/sessions/" + id + "/touch", headers);
    }

    Answer expireNow(String id) {
        return call("POST", "/sessions/" + id + "/expire");
    }

    Answer expire(String id, String body) {
        return callWith("POST", "/sessions/" + id + "/expire", body);
    }

    Answer rotate(String id) {
        return call("POST", "/sessions/" + id + "/rotate");
    }

    Answer rotate(String id, String body, String... headers) {
        return callWith("POST", "/sessions/" + id + "/rotate", body, headers);
    }

    // Attributes.

    Answer attributes(String id, String... headers) {
        return call("GET", "/sessions/" + id + "/attributes", headers);
    }

    /** The attributes to the letter, without sliding. */
    String attributesText(String id) {
        return call("GET", "/sessions/" + id + "/attributes?touch=false")
                .is(200)
                .text();
    }

    Answer attribute(String id, String encodedName, String... headers) {
        return call("GET", "/sessions/" + id + "/attributes/" + encodedName, headers);
    }

    Answer putAttribute(String id, String encodedName, String body, String... headers) {
        return callWith("PUT", "/sessions/" + id + "/attributes/" + encodedName, body, headers);
    }

    Answer deleteAttribute(String id, String encodedName, String... headers) {
        return call("DELETE", "/sessions/" + id + "/attributes/" + encodedName, headers);
    }

    // Without ids.

    Answer handle(String handle, String... headers) {
        return call("GET", "/handles/" + handle, headers);
    }

    /** {@code query} is empty or starts with a question mark. */
    Answer list(String query, String... headers) {
        return call("GET", "/sessions" + query, headers);
    }

    Answer revoke(String query, String... headers) {
        return call("DELETE", "/sessions" + query, headers);
    }
}
