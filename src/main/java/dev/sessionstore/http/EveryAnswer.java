package dev.sessionstore.http;

import java.util.function.BiConsumer;

/** The headers that every answer has, whoever writes it. */
final class EveryAnswer {
    private EveryAnswer() {}

    static void headers(BiConsumer<String, String> set, String requestId) {
        set.accept("Cache-Control", "no-store");
        set.accept("X-Content-Type-Options", "nosniff");
        set.accept("X-Request-Id", requestId);
    }
}
