package dev.sessionstore.bench;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.store.memory.MemoryOptions;
import dev.sessionstore.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The memory store with many sessions; each time another one, at random: the processor's caches miss as they would. */
@State(Scope.Benchmark)
public class StorePieces {
    private static final int SIZE = 500;

    @Param("100000")
    public int sessions;

    private MemoryStore store;
    private SessionKey[] keys;

    @Setup
    public void fill() {
        InstantSource clock = InstantSource.system();
        store = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT),
                Policies.allDefault(),
                clock,
                new SessionObserver() {});
        keys = new SessionKey[sessions];
        KeyHash hash = KeyHash.plain();
        for (int i = 0; i < sessions; i++) {
            Session session = Session.begin(hash.keyOf("bench", SessionId.generate()), "bench", clock.millis())
                    .idleSeconds(1800)
                    .absoluteSeconds(86_400)
                    .attributes(attributes())
                    .build();
            keys[i] = session.key();
            if (store.create(session) != Outcome.DONE) {
                throw new IllegalStateException("session " + i + " was not taken");
            }
        }
    }

    @TearDown
    public void close() {
        store.close();
    }

    @Benchmark
    public Lookup find() {
        return store.find(any());
    }

    /** Without contention: the two are one change of a session. */
    @Benchmark
    public Outcome findAndReplace() {
        Session held = (Session) store.find(any());
        Session next = held.with()
                .attributes(attributes())
                .version(held.version() + 1)
                .build();
        return store.replace(held, next);
    }

    @Benchmark
    public void touch() {
        store.touch(any(), Instant.now());
    }

    private SessionKey any() {
        return keys[ThreadLocalRandom.current().nextInt(keys.length)];
    }

    private static Attributes attributes() {
        byte[] json = new byte[SIZE];
        byte[] frame = "{\"data\":\"".getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(json, (byte) 'd');
        System.arraycopy(frame, 0, json, 0, frame.length);
        json[SIZE - 2] = '"';
        json[SIZE - 1] = '}';
        return Attributes.ofCheckedJson(json);
    }
}
