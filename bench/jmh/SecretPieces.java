package dev.sessionstore.bench;

import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.http.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What every request does with its two secrets, the id and the key. */
@State(Scope.Benchmark)
public class SecretPieces {
    private static final int KEYS = 4;

    private final KeyHash plain = KeyHash.plain();
    private final KeyHash keyed = KeyHash.keyed("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private final SessionId id = SessionId.generate();
    private final String text = SessionId.generate().reveal();
    private final String key = SessionId.generate().reveal();
    private final ApiKeys keys = keys(key);

    @Benchmark
    public Optional<SessionId> parseId() {
        return SessionId.parse(text);
    }

    @Benchmark
    public SessionKey hashId() {
        return plain.keyOf("bench", id);
    }

    @Benchmark
    public SessionKey hashIdWithSecret() {
        return keyed.keyOf("bench", id);
    }

    @Benchmark
    public Caller findKey() {
        return keys.find(key);
    }

    private static ApiKeys keys(String last) {
        StringBuilder file = new StringBuilder();
        for (int i = 1; i < KEYS; i++) {
            file.append(ApiKeys.hash("another key " + i)).append(" write shop\n");
        }
        return ApiKeys.parse(file.append(ApiKeys.hash(last)).append(" write bench\n").toString(), "keys");
    }
}
