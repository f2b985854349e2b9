package dev.sessionstore.server;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.settings.Settings;
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

/** One side of a migration: a store that a URL names. Nothing is reached before it is used as source or as target. */
final class MigrationEnd implements AutoCloseable {
    private final Settings settings;
    private final Clocks clocks;
    private final AtomicLong unreadable = new AtomicLong();
    /** Null: a data directory. */
    private final Backends.@Nullable Shared shared;

    private final @Nullable Path directory;
    private boolean isAsked = true;
    private @Nullable MemoryStore opened;

    private MigrationEnd(String url, Settings settings, Clocks clocks) {
        this.settings = settings;
        this.clocks = clocks;
        directory = MigrateCommand.Ends.isData(url) ? Path.of(MigrateCommand.Ends.directoryIn(url)) : null;
        BackendObserver observer = new BackendObserver() {
            @Override
            public void unreadable() {
                unreadable.incrementAndGet();
            }
        };
        shared = directory != null
                ? null
                : Backends.at(settings.backend().at(url), settings.policies(), clocks, SessionObserver.NONE, observer);
    }

    /** @throws IllegalArgumentException if it names no store to copy from; the message does not repeat it */
    static MigrationEnd from(String url, Settings settings, Clocks clocks) {
        MigrationEnd end = new MigrationEnd(url, settings, clocks);
        if (end.isFiles()) {
            // Its directory would be made, and its cleanup begin.
            end.isAsked = false;
            if (!isThere(settings.backend().at(url))) {
                end.close();
                throw new IllegalArgumentException("there is no such directory");
            }
        }
        return end;
    }

    /** @throws IllegalArgumentException if it names no store; the message does not repeat it */
    static MigrationEnd to(String url, Settings settings, Clocks clocks) {
        return new MigrationEnd(url, settings, clocks);
    }

    private boolean isFiles() {
        return shared != null && shared.store().name().equals("file");
    }

    private static boolean isThere(Settings.Backend place) {
        String url = Objects.requireNonNull(place.url()).reveal();
        return Files.isDirectory(
                FileOptions.parse(url, 0, place.fileMode(), place.timeout()).directory());
    }

    /** Where sessions are. */
    interface Source {
        void copyBy(Migration migration);

        /** What else is to be said in the end. */
        String remarks();
    }

    Source asSource() {
        return directory == null ? new EngineSource(reached()) : new DirectorySource(directory);
    }

    /** Open until this is closed. */
    SessionStore asTarget() {
        if (directory == null) {
            return reached().store();
        }
        opened = data(directory);
        return opened;
    }

    private Backends.Shared reached() {
        Backends.Shared there = Objects.requireNonNull(shared);
        if (isAsked) {
            GuardedEngine engine = Objects.requireNonNull(there.engine());
            // Who cannot be reached now is not waited for.
            engine.ping();
            engine.start();
        }
        return there;
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.store().close();
        }
        if (opened != null) {
            opened.close();
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
        private final Backends.Shared place;

        EngineSource(Backends.Shared place) {
            this.place = place;
        }

        @Override
        public void copyBy(Migration migration) {
            migration.copyAll(place.store().scan().orElseThrow(this::cannotList));
            migration.endWhatEnded(place.store(), Objects.requireNonNull(place.engine()));
        }

        private IllegalStateException cannotList() {
            return new IllegalStateException(place.store().name() + " cannot list what it holds");
        }

        @Override
        public String remarks() {
            return ", " + unreadable + " unreadable";
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
        public void copyBy(Migration migration) {
            migration.copyAll(sessions);
        }

        @Override
        public String remarks() {
            StringBuilder remarks = new StringBuilder();
            report.warnings().forEach(warning -> remarks.append("; ").append(warning));
            return remarks.toString();
        }
    }
}
