package dev.sessionstore.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer as plain values.
 *
 * @param headers name, value, name, value; without those that every answer has
 * @param contentType null where there is no body
 */
public record ApiResponse(
        int status, List<String> headers, @Nullable String contentType, byte[] body) {
    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";
    private static final byte[] NO_BODY = {};

    static ApiResponse json(int status, byte[] body) {
        return new ApiResponse(status, new ArrayList<>(6), JSON, body);
    }

    static ApiResponse of(int status, String contentType, byte[] body) {
        return new ApiResponse(status, new ArrayList<>(2), contentType, body);
    }

    static ApiResponse empty(int status) {
        return new ApiResponse(status, new ArrayList<>(6), null, NO_BODY);
    }

    ApiResponse header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }
}
