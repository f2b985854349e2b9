package dev.sessionstore.store.file;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.store.EngineStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process that writes to a directory that others write to. Arguments: the directory, the mode in octal, how many
 * rounds, and the handles of sessions that all share; or the directory, the mode and {@code hold} with a handle, to take
 * that key's lock and keep it.
 *
 * <p>It says {@code ready}, waits for a line, and then says what it was acknowledged: {@code counted HANDLE} and
 * {@code rotated}.
 */
final class FileWriter {
    private FileWriter() {}

    static EngineStore store(Path directory, int mode, BackendObserver observer) {
        FileOptions options = new FileOptions(directory, 0, mode, Duration.ofSeconds(20), false);
        FileEngine engine = new FileEngine(options, InstantSource.system(), null, observer);
        return new EngineStore(engine, new Policies(NamespacePolicy.DEFAULT, Map.of()), SessionObserver.NONE, observer);
    }

    static Session begin(SessionKey key) {
        return Session.begin(key, "shop", InstantSource.system().millis())
                .principal("user-42")
                .idleSeconds(1800)
                .attributes(count(0))
                .build();
    }

    static Attributes count(long value) {
        // Long enough for a torn file to show.
        String json = "{\"n\":" + value + ",\"x\":\"" + "x".repeat(9000) + "\"}";
        return Attributes.ofCheckedJson(json.getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int mode = Integer.parseInt(args[1], 8);
        if (args[2].equals("hold")) {
            hold(directory, SessionKey.parseHandle(args[3]).orElseThrow());
            return;
        }
        try (EngineStore store = store(directory, mode, BackendObserver.NONE)) {
            Session own = begin(newKey());
            store.create(own);
            System.out.println("ready");
            System.in.read();
            for (int round = 0; round < Integer.parseInt(args[2]); round++) {
                String handle = args[3 + round % (args.length - 3)];
                count(store, SessionKey.parseHandle(handle).orElseThrow());
                System.out.println("counted " + handle);
                Session moved = own.with().key(newKey()).build();
                if (store.rotate(own, moved, Instant.EPOCH) != Outcome.DONE) {
                    throw new IllegalStateException("the session is nobody else's");
                }
                own = moved;
                System.out.println("rotated");
            }
        }
    }

    private static SessionKey newKey() {
        return new SessionKey(
                ThreadLocalRandom.current().nextLong(),
                ThreadLocalRandom.current().nextLong());
    }

    private static void count(EngineStore store, SessionKey key) {
        while (true) {
            Session held = (Session) store.find(key);
            Session next = held.with()
                    .version(held.version() + 1)
                    .attributes(count(held.version()))
                    .build();
            if (store.replace(held, next) == Outcome.DONE) {
                return;
            }
        }
    }

    private static void hold(Path directory, SessionKey key) throws Exception {
        Locks locks = Locks.of(directory.resolve(Names.LOCK));
        if (locks.acquire(key, Long.MAX_VALUE / 2) != null) {
            System.out.println("ready");
            System.in.read();
        }
    }
}
