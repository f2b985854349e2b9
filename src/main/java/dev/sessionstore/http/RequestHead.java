package dev.sessionstore.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request before its body, as a door hands it over: raw, nothing decoded or folded. */
public interface RequestHead {
    String method();

    /** The path as it was sent, percent-encoding included, without query. */
    String path();

    /** The query as it was sent, without the question mark; null where there is none. */
    @Nullable String query();

    /** All values of a header, in order; empty where there is none. */
    List<String> headers(String name);

    /** The first value of a header. */
    default @Nullable String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The announced length of the body in bytes; -1 where it is not announced: none, or chunked. */
    long contentLength();
}
