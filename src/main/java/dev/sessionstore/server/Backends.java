package dev.sessionstore.server;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Secret;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.settings.Settings.Backend;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.GuardedEngine;
import dev.sessionstore.store.file.FileEngine;
import dev.sessionstore.store.file.FileOptions;
import dev.sessionstore.store.jdbc.JdbcEngine;
import dev.sessionstore.store.jdbc.JdbcOptions;
import dev.sessionstore.store.memcached.MemcachedEngine;
import dev.sessionstore.store.memcached.MemcachedOptions;
import dev.sessionstore.store.mongodb.MongoEngine;
import dev.sessionstore.store.mongodb.MongoOptions;
import dev.sessionstore.store.none.NoneStore;
import dev.sessionstore.store.redis.RedisEngine;
import dev.sessionstore.store.redis.RedisOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The choice of a backend other than memory. */
final class Backends {
    private Backends() {}

    /**
     * A store and what watches its engine.
     *
     * @param engine null: there is none to fail
     */
    record Shared(SessionStore store, @Nullable GuardedEngine engine) {}

    /**
     * Connects to nothing yet.
     *
     * @throws InvalidSettingsException if the backend cannot be what the settings say
     */
    static Shared open(
            Backend backend, Policies policies, Clocks clocks, SessionObserver observer, BackendObserver watcher) {
        try {
            return at(backend, policies, clocks, observer, watcher);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException(List.of("backend-url: " + e.getMessage()));
        }
    }

    /**
     * The same for a caller who knows where the URL is from.
     *
     * @throws IllegalArgumentException if the backend cannot be what the settings say; the message begins in mid-sentence
     */
    static Shared at(
            Backend backend, Policies policies, Clocks clocks, SessionObserver observer, BackendObserver watcher) {
        if (backend.kind() == Settings.BackendKind.NONE) {
            return new Shared(new NoneStore(clocks.node(), observer), null);
        }
        GuardedEngine engine = new GuardedEngine(engine(backend, clocks, watcher), watcher);
        return new Shared(new EngineStore(engine, policies, observer, watcher), engine);
    }

    private static Engine engine(Backend given, Clocks clocks, BackendObserver watcher) {
        return switch (given.kind()) {
            case REDIS ->
                new RedisEngine(
                        new RedisOptions(
                                urlOr(given.url(), "redis://localhost:6379"),
                                given.keyPrefix(),
                                given.timeout(),
                                given.ca(),
                                given.nearCache()),
                        clocks.node(),
                        clocks.everywhere(),
                        watcher);
            case JDBC ->
                new JdbcEngine(
                        new JdbcOptions(
                                urlOr(given.url(), ""),
                                given.table(),
                                given.createTable(),
                                given.connections(),
                                given.timeout()),
                        clocks.node(),
                        clocks.everywhere(),
                        watcher);
            case MEMCACHED ->
                new MemcachedEngine(
                        new MemcachedOptions(
                                urlOr(given.url(), "memcached://localhost:11211"), given.keyPrefix(), given.timeout()),
                        clocks.node(),
                        clocks.everywhere(),
                        watcher);
            case MONGODB ->
                new MongoEngine(
                        new MongoOptions(
                                urlOr(given.url(), "mongodb://localhost:27017"),
                                given.database(),
                                given.collection(),
                                given.connections(),
                                given.timeout(),
                                given.ca()),
                        clocks.node(),
                        clocks.everywhere(),
                        watcher);
            case FILE ->
                new FileEngine(
                        FileOptions.parse(urlOr(given.url(), ""), given.threshold(), given.fileMode(), given.timeout()),
                        clocks.node(),
                        clocks.everywhere(),
                        watcher);
            case MEMORY, NONE -> throw new IllegalStateException(given.kind() + " has no engine");
        };
    }

    private static String urlOr(@Nullable Secret url, String usual) {
        return url == null ? usual : url.reveal();
    }
}
