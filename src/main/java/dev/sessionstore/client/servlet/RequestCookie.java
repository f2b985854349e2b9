package dev.sessionstore.client.servlet;

import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.WebSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The session's cookie, as one request presents it and its response sets it. Not thread-safe. */
final class RequestCookie {
    private final SessionCookie cookie;
    private final @Nullable String header;
    private final @Nullable String requestedId;
    /** The headers that were set, by their names: a later save may have others to say. */
    private final Map<String, String> written = new HashMap<>();

    RequestCookie(SessionCookie cookie, HttpServletRequest request) {
        this.cookie = cookie;
        Enumeration<String> all = request.getHeaders("Cookie");
        header = all == null || !all.hasMoreElements() ? null : String.join("; ", Collections.list(all));
        requestedId = cookie.read(header).orElse(null);
    }

    @Nullable String requestedId() {
        return requestedId;
    }

    /** After a save. Can be done again: the last word counts. */
    void write(WebSession session, HttpServletResponse response) {
        cookie.write(session, header).forEach((name, value) -> set(response, name, value));
    }

    private void set(HttpServletResponse response, String name, String value) {
        List<String> values = new ArrayList<>(response.getHeaders(name));
        String earlier = written.put(name, value);
        if (earlier == null || !values.remove(earlier)) {
            response.addHeader(name, value);
            return;
        }
        values.add(value);
        response.setHeader(name, values.get(0));
        values.stream().skip(1).forEach(each -> response.addHeader(name, each));
    }
}
