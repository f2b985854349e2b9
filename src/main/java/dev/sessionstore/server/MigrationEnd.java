package dev.sessionstore.server;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Shown;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.GuardedEngine;
import dev.sessionstore.store.file.FileOptions;
import dev.sessionstore.store.memory.MemoryStore;
import dev.sessionstore.store.memory.disk.DataAtRest;
import dev.sessionstore.store.memory.disk.DataKeys;
import dev.sessionstore.store.memory.disk.DiskOptions;
import dev.sessionstore.store.memory.disk.Fsync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One side of a migration: a store that a URL names, opened as source or as target. */
final class MigrationEnd {
    private final Settings settings;
    private final Clocks clocks;
    /** Null: a data directory. */
    private final Settings.@Nullable Backend backend;

    private final @Nullable Path directory;

    private MigrationEnd(
            Settings settings, Clocks clocks, Settings.@Nullable Backend backend, @Nullable Path directory) {
        this.settings = settings;
        this.clocks = clocks;
        this.backend = backend;
        this.directory = directory;
    }

    /** @throws IllegalArgumentException if it names no store; the message does not repeat it */
    static MigrationEnd of(String url, Settings settings, Clocks clocks) {
        return MigrateCommand.Ends.isData(url)
                ? new MigrationEnd(settings, clocks, null, Path.of(MigrateCommand.Ends.directoryIn(url)))
                : new MigrationEnd(settings, clocks, settings.backend().at(url), null);
    }

    /** Where sessions are. */
    interface Source extends AutoCloseable {
        /** @param target whose keys are looked at, too, if it can list them */
        void copyBy(Migration migration, Target target);

        /** What else is to be said in the end. */
        String remarks();

        @Override
        void close();
    }

    /**
     * Where they go.
     *
     * @param keys null: it cannot list them
     */
    record Target(SessionStore store, Migration.@Nullable Keys keys) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
        }
    }

    Source asSource() {
        return directory == null ? new EngineSource(Objects.requireNonNull(backend)) : new DirectorySource(directory);
    }

    Target asTarget() {
        if (directory != null) {
            MemoryStore store = data(directory);
            return new Target(store, (after, limit, each) -> {
                Page page = store.scan(null, Shown.HELD, after, 1);
                page.sessions().forEach(session -> each.accept(session.key()));
                return page.next();
            });
        }
        Backends.Shared shared = open(Objects.requireNonNull(backend), BackendObserver.NONE);
        Engine.Walk walk = Objects.requireNonNull(shared.engine()).walk().orElse(null);
        Migration.Keys keys = (after, limit, each) -> {
            Engine.Part part = Objects.requireNonNull(walk).cells(null, after, limit);
            part.cells().stream().filter(Cell::isSession).forEach(cell -> each.accept(cell.key()));
            return part.next();
        };
        return new Target(shared.store(), walk == null ? null : keys);
    }

    private Backends.Shared open(Settings.Backend place, BackendObserver observer) {
        Backends.Shared shared = Backends.open(place, settings.policies(), clocks, SessionObserver.NONE, observer);
        GuardedEngine engine = Objects.requireNonNull(shared.engine());
        try {
            // Who cannot be reached now is not waited for.
            engine.ping();
            engine.start();
            return shared;
        } catch (RuntimeException e) {
            shared.store().close();
            throw e;
        }
    }

    private MemoryStore data(Path to) {
        DiskOptions disk = new DiskOptions(
                to, Fsync.EVERYSEC, Objects.requireNonNull(settings.disk()).snapshotInterval(), keys(), false);
        MemoryStore store = new MemoryStore(
                SessionServer.options(settings.limits()),
                settings.policies(),
                clocks.node(),
                SessionObserver.NONE,
                disk,
                Runnable::run,
                SessionServer::diskFailed);
        try {
            store.recover();
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private @Nullable DataKeys keys() {
        Settings.Disk given = Objects.requireNonNull(settings.disk());
        return DataKeyFile.read(given);
    }

    /** An engine, which may be at work. */
    private final class EngineSource implements Source {
        private final AtomicLong unreadable = new AtomicLong();
        private final SessionStore store;

        EngineSource(Settings.Backend place) {
            if (place.kind() == Settings.BackendKind.FILE && !isThere(place)) {
                throw new InvalidSettingsException(List.of(CommandLineTree.FROM + ": there is no such directory"));
            }
            BackendObserver observer = new BackendObserver() {
                @Override
                public void unreadable() {
                    unreadable.incrementAndGet();
                }
            };
            store = open(place, observer).store();
        }

        private boolean isThere(Settings.Backend place) {
            String url = Objects.requireNonNull(place.url()).reveal();
            return Files.isDirectory(
                    FileOptions.parse(url, 0, place.fileMode(), place.timeout()).directory());
        }

        @Override
        public void copyBy(Migration migration, Target target) {
            Scan scan = store.scan()
                    .orElseThrow(() -> new IllegalStateException(store.name() + " cannot list what it holds"));
            migration.copyAll(scan);
            if (target.keys() != null) {
                migration.endWhatEnded(store, target.keys());
            }
        }

        @Override
        public String remarks() {
            return ", " + unreadable + " unreadable";
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** The data of a service that is stopped; nothing of it is changed. */
    private final class DirectorySource implements Source {
        private final List<Session> sessions = new ArrayList<>();
        private final DataAtRest.Report report;

        DirectorySource(Path data) {
            report = DataAtRest.read(
                    data, keys(), settings.policies(), clocks.node().millis(), sessions::add);
        }

        @Override
        public void copyBy(Migration migration, Target target) {
            migration.copyAll(sessions);
        }

        @Override
        public String remarks() {
            StringBuilder remarks = new StringBuilder();
            report.warnings().forEach(warning -> remarks.append("; ").append(warning));
            return remarks.toString();
        }

        @Override
        public void close() {}
    }
}
