package dev.sessionstore.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine;
import dev.sessionstore.store.Put;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** Engines on a directory of a test's own, and cells for them. */
abstract class FileFixture {
    static final int THRESHOLD = 100;
    static final String OWNER = "AAAAAAAAAAAAAAAAAAAAAA";
    static final String OTHER = "AQAAAAAAAAAAAAAAAAAAAA";
    static final long IDLE_MILLIS = 60_000;
    static final long TOMBSTONE_MILLIS = 10_000;

    final Path directory = TestFiles.shared().newDirectory();
    final MutableClock clock = new MutableClock();
    final AtomicInteger unreadable = new AtomicInteger();
    private final List<FileEngine> opened = new ArrayList<>();

    final BackendObserver observer = new BackendObserver() {
        @Override
        public void unreadable() {
            unreadable.incrementAndGet();
        }
    };

    final FileEngine open(FileOptions options) {
        FileEngine engine = new FileEngine(options, clock, clock, observer);
        opened.add(engine);
        return engine;
    }

    final FileEngine open() {
        return open(options(directory, 0));
    }

    static FileOptions options(Path directory, int threshold) {
        return new FileOptions(directory, threshold, 0600, Duration.ofSeconds(10), false);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(FileEngine::close);
    }

    static SessionKey newKey() {
        return new SessionKey(
                ThreadLocalRandom.current().nextLong(),
                ThreadLocalRandom.current().nextLong());
    }

    /** A session that begins now. */
    Cell cell(SessionKey key, String owner) {
        return cell(key, owner, new Stamp(key.lo(), 1), clock.millis());
    }

    static Cell cell(SessionKey key, String owner, Stamp stamp, long now) {
        return new Cell(
                key,
                "shop",
                owner,
                stamp,
                now,
                now,
                Cell.NEVER,
                IDLE_MILLIS,
                0,
                TOMBSTONE_MILLIS,
                "what it holds".getBytes(UTF_8));
    }

    /** The same session in its next version. */
    static Cell next(Cell cell, String owner) {
        Stamp stamp = new Stamp(cell.stamp().incarnation(), cell.stamp().revision() + 1);
        return cell(cell.key(), owner, stamp, cell.createdAt()).accessed(cell.accessedAt());
    }

    Cell put(Engine engine, String owner) {
        Cell cell = cell(newKey(), owner);
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
        return cell;
    }

    static List<SessionKey> all(Engine engine) {
        List<SessionKey> keys = new ArrayList<>();
        Page.Cursor after = null;
        do {
            Engine.Part part = engine.walk().orElseThrow().cells(null, after, 7);
            part.cells().forEach(cell -> keys.add(cell.key()));
            after = part.next();
        } while (after != null);
        return keys;
    }

    static List<SessionKey> ownedBy(Engine engine, String owner) {
        return engine.listing().orElseThrow().cells(owner, null, 1000).stream()
                .map(Cell::key)
                .toList();
    }

    Path fileOf(SessionKey key) {
        String name = Names.of(key);
        return directory.resolve("sessions").resolve(name.substring(0, 3)).resolve(name);
    }

    Path placeOf(Cell cell) {
        String name = Names.placeOf(cell);
        return directory.resolve("owners").resolve(name.substring(0, 3)).resolve(name);
    }

    /** All files and folders below the directory. */
    List<Path> files() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String modeOf(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
