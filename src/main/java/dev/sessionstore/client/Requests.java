package dev.sessionstore.client;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/** From a call to an HTTP request, with all the headers it needs. Thread-safe. */
final class Requests {
    private static final Header CREATES = new BasicHeader("If-None-Match", "*");
    private static final Header JSON = new BasicHeader("Content-Type", "application/json");

    private final String prefix;
    private final @Nullable Header authorization;

    Requests(String namespace, @Nullable String apiKey) {
        prefix = "/v1/" + namespace;
        authorization = apiKey == null ? null : new BasicHeader("Authorization", "Bearer " + apiKey, true);
    }

    ClassicHttpRequest of(Node node, Call call) {
        BasicClassicHttpRequest request =
                new BasicClassicHttpRequest(call.verb().name(), prefix + call.target());
        request.addHeader("Host", node.authority);
        if (authorization != null) {
            request.addHeader(authorization);
        }
        add(request, "Session-Id", call.sessionId());
        add(request, "Session-Binding", call.binding());
        add(request, "Session-Principal", call.principal());
        ETag ifMatch = call.ifMatch();
        if (ifMatch != null) {
            request.addHeader("If-Match", ifMatch.value());
        }
        if (call.creates()) {
            request.addHeader(CREATES);
        }
        byte[] body = call.body();
        if (body != null) {
            request.addHeader(JSON);
            request.addHeader("Content-Length", Integer.toString(body.length));
            request.setEntity(new ByteArrayEntity(body, null));
        } else if (call.verb() == Call.Verb.POST || call.verb() == Call.Verb.PUT || call.verb() == Call.Verb.PATCH) {
            request.addHeader("Content-Length", "0");
        }
        return request;
    }

    private static void add(ClassicHttpRequest request, String name, @Nullable String value) {
        if (value != null) {
            request.addHeader(name, value);
        }
    }
}
