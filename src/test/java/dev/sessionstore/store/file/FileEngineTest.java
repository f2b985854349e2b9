package dev.sessionstore.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files add to the contract: modes, damage, leftovers, locks, and a directory that goes away. */
class FileEngineTest extends FileFixture {
    @ParameterizedTest
    @CsvSource({"0600, rw-------, rwx------", "0640, rw-r-----, rwxr-x---", "0660, rw-rw----, rwxrwx---"})
    void filesAndFoldersHaveTheModeThatIsAskedFor(String mode, String file, String folder) {
        FileEngine engine = open(
                new FileOptions(directory.resolve("made"), 0, Integer.parseInt(mode, 8), Duration.ofSeconds(10), true));
        put(engine, OWNER);
        assertThat(files()).hasSize(8);
        for (Path each : files()) {
            assertThat(modeOf(each)).as("%s", each).isEqualTo(Files.isDirectory(each) ? folder : file);
        }
    }

    @Test
    void askingLeavesOneFileThatIsNoSession() throws Exception {
        FileEngine engine = open(new FileOptions(directory, 0, 0640, Duration.ofSeconds(10), true));
        engine.ping();
        engine.ping();
        open(options(directory, 0)).ping();
        Path canary = directory.resolve("canary");
        assertThat(files().stream().filter(Files::isRegularFile))
                .containsExactlyInAnyOrder(canary, directory.resolve("lock"));
        assertThat(Files.size(canary)).isEqualTo(1);
        assertThat(modeOf(canary)).isEqualTo("rw-r-----");
        assertThat(all(engine)).isEmpty();
        engine.sweep(100);
        assertThat(canary).exists();
    }

    @Test
    void aModeThatShutsTheServiceOutIsRefused() {
        assertThatThrownBy(() -> new FileOptions(directory, 0, 0400))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:sessions", "file:", "http://x", "file://host/x", "file:/x?fsync=often", "a b"})
    void urlsThatNameNoDirectoryAreRefused(String url) {
        assertThatThrownBy(() -> FileOptions.parse(url, 0, 0600, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file:///var/lib/sessions");
    }

    @Test
    void urlsNameADirectoryAndWhetherItIsForced() {
        FileOptions usual = FileOptions.parse("file:///var/lib/sessions", 0, 0600, Duration.ofSeconds(1));
        assertThat(usual.directory()).isEqualTo(Path.of("/var/lib/sessions"));
        assertThat(usual.sync()).isTrue();
        assertThat(FileOptions.parse("file:/x?fsync=never", 0, 0600, Duration.ofSeconds(1)))
                .isEqualTo(new FileOptions(Path.of("/x"), 0, 0600, Duration.ofSeconds(1), false));
    }

    static Stream<UnaryOperator<byte[]>> damage() {
        return Stream.of(
                bytes -> new byte[0],
                bytes -> Arrays.copyOf(bytes, 1),
                bytes -> Arrays.copyOf(bytes, bytes.length - 1),
                bytes -> "garbage".repeat(100).getBytes(UTF_8),
                bytes -> {
                    byte[] other = bytes.clone();
                    other[CellFormat.REVISION + 7] ^= 1;
                    return other;
                });
    }

    @ParameterizedTest
    @MethodSource("damage")
    void aDamagedFileIsLeftOutAndCountedAndGivesWayToANewOne(UnaryOperator<byte[]> damage) throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Cell whole = put(engine, OWNER);
        Path file = fileOf(cell.key());
        Files.write(file, damage.apply(Files.readAllBytes(file)));

        assertThatThrownBy(() -> engine.find(cell.key())).isInstanceOf(UnreadableCellException.class);
        assertThat(all(engine)).containsExactly(whole.key());
        assertThat(unreadable).hasValue(1);
        assertThat(ownedBy(engine, OWNER)).containsExactly(whole.key());
        assertThat(unreadable).hasValue(2);
        engine.touch(cell.key(), clock.millis() + 1);
        assertThat(engine.sweep(100)).isZero();
        assertThat(file).exists();

        Cell again = cell(cell.key(), OWNER);
        assertThat(engine.put(null, again)).isEqualTo(Put.LOOK);
        assertThat(engine.put(cell.stamp(), again)).isEqualTo(Put.LOOK);
        engine.discard(cell.key(), new byte[] {9, 9});
        assertThat(file).exists();
        engine.discard(cell.key(), Files.readAllBytes(file));
        assertThat(engine.put(null, again)).isEqualTo(Put.DONE);
        assertThat(ownedBy(engine, OWNER)).containsExactlyInAnyOrder(whole.key(), cell.key());
    }

    @Test
    void aFileThatOnlyANewerVersionCanReadKeepsItsPlace() throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Path file = fileOf(cell.key());
        byte[] readable = Files.readAllBytes(file);
        Files.write(file, new byte[] {99, 1, 2, 3});
        assertThat(ownedBy(engine, OWNER)).isEmpty();
        engine.sweep(100);
        assertThat(placeOf(cell)).exists();

        Files.write(file, readable);
        assertThat(ownedBy(engine, OWNER)).containsExactly(cell.key());
        Files.write(file, new byte[] {99, 1, 2, 3});
        Files.createFile(unfinished(cell));
        engine.sweep(100);
        assertThat(unfinished(cell)).doesNotExist();
        engine.discard(cell.key(), Files.readAllBytes(file));
        engine.sweep(100);
        assertThat(placeOf(cell)).doesNotExist();
    }

    @Test
    void aListingWarnsOfWhatItLeavesOutWithoutItsContent() throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Files.writeString(fileOf(cell.key()), "tells much");
        String walk = errorsOf(() -> all(engine));
        String listing = errorsOf(() -> ownedBy(engine, OWNER));
        assertThat(List.of(walk, listing))
                .allSatisfy(log -> assertThat(log)
                        .contains("WARN", "store file", cell.key().handle())
                        .doesNotContain("tells much"));
        assertThat(unreadable).hasValue(2);
    }

    private static String errorsOf(Runnable work) {
        PrintStream usual = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(usual);
        }
        return said.toString(UTF_8);
    }

    @Test
    void whatACrashLeavesIsOverwrittenOrSwept() throws Exception {
        FileEngine engine = open();
        Cell written = put(engine, null);
        Cell another = put(engine, null);
        Path inTheWay = unfinished(written);
        Path left = unfinished(another);
        Files.writeString(inTheWay, "half a se");
        Files.writeString(left, "half a se");
        assertThat(all(engine)).containsExactlyInAnyOrder(written.key(), another.key());

        assertThat(engine.put(written.stamp(), next(written, null))).isEqualTo(Put.DONE);
        assertThat(inTheWay).doesNotExist();
        engine.sweep(100);
        assertThat(left).doesNotExist();
        assertThat(engine.find(another.key())).usingRecursiveComparison().isEqualTo(another);
    }

    private Path unfinished(Cell cell) {
        Path file = fileOf(cell.key());
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    @Test
    void aPlaceWithoutItsCellIsRepairedUnlessItsKeyIsBeingWritten() throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Cell stays = put(engine, OWNER);
        Files.delete(fileOf(cell.key()));
        whileLocked(cell.key(), () -> {
            assertThat(ownedBy(engine, OWNER)).containsExactly(stays.key());
            assertThat(placeOf(cell)).exists();
        });
        assertThat(ownedBy(engine, OWNER)).containsExactly(stays.key());
        assertThat(placeOf(cell)).doesNotExist();
        assertThat(placeOf(stays)).exists();
    }

    @Test
    void theCleanupRepairsListingsToo() throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Cell other = next(put(engine, OTHER), OTHER);
        Path stale = placeOf(cell(other.key(), OWNER));
        Files.createDirectories(stale.getParent());
        Files.createFile(stale);
        engine.sweep(100);
        assertThat(stale).doesNotExist();
        assertThat(placeOf(cell)).exists();
        assertThat(placeOf(other)).exists();
    }

    @Test
    void aPlaceFollowsItsOwner() {
        FileEngine engine = open();
        Cell cell = put(engine, OWNER);
        Cell next = next(cell, OTHER);
        assertThat(engine.put(cell.stamp(), next)).isEqualTo(Put.DONE);
        assertThat(placeOf(cell)).doesNotExist();
        assertThat(ownedBy(engine, OTHER)).containsExactly(cell.key());
        engine.clear(next);
        assertThat(placeOf(next)).doesNotExist();
        assertThat(fileOf(cell.key())).doesNotExist();
    }

    @Test
    void aTouchWritesInPlace() throws Exception {
        FileEngine engine = open();
        Cell cell = put(engine, null);
        Object file = fileKey(cell.key());
        engine.touch(cell.key(), clock.millis() + 5);
        assertThat(fileKey(cell.key())).isEqualTo(file);
        assertThat(engine.find(cell.key()).accessedAt()).isEqualTo(clock.millis() + 5);
        engine.touch(newKey(), clock.millis());
        assertThat(all(engine)).hasSize(1);
    }

    private Object fileKey(SessionKey key) throws IOException {
        return Files.readAttributes(fileOf(key), BasicFileAttributes.class).fileKey();
    }

    private void whileLocked(SessionKey key, Runnable work) throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> {
            try {
                Locks locks = Locks.of(directory.resolve("lock"));
                Locks.Held held = locks.acquire(key, Long.MAX_VALUE / 2);
                locked.countDown();
                done.await();
                held.release();
                locks.close();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        locked.await();
        try {
            work.run();
        } finally {
            done.countDown();
        }
        holder.get();
    }

    @Test
    void aLockThatIsHeldForTooLongRefusesWritesOfItsStripeAlone() throws Exception {
        FileEngine engine = open(new FileOptions(directory, 0, 0600, Duration.ofMillis(50), false));
        Cell cell = put(engine, null);
        SessionKey elsewhere = new SessionKey(~cell.key().hi(), 1);
        whileLocked(cell.key(), () -> {
            assertThatThrownBy(() -> engine.put(cell.stamp(), next(cell, null)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("50 ms");
            assertThatThrownBy(() -> engine.touch(cell.key(), clock.millis() + 1))
                    .isInstanceOf(StoreUnavailableException.class);
            engine.touchLater(cell.key(), clock.millis() + 1);
            assertThat(all(engine)).containsExactly(cell.key());
            assertThat(engine.put(null, cell(elsewhere, null))).isEqualTo(Put.DONE);
        });
        assertThat(engine.put(cell.stamp(), next(cell, null))).isEqualTo(Put.DONE);
    }

    @Test
    void aDirectoryThatGoesAwayIsNotMadeAgainAndWorksWhenItIsBack() throws Exception {
        Path room = directory.resolve("room");
        FileEngine engine = open(options(room, 0));
        engine.ping();
        Cell cell = put(engine, OWNER);
        Path away = directory.resolve("away");
        Files.move(room, away);

        for (Runnable call : List.<Runnable>of(
                engine::ping,
                () -> put(engine, OWNER),
                () -> engine.put(cell.stamp(), next(cell, null)),
                () -> all(engine),
                () -> findIn(engine, cell.key()))) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(room.toString());
        }
        assertThat(room).doesNotExist();
        Files.move(away, room);
        engine.ping();
        assertThat(engine.put(cell.stamp(), next(cell, null))).isEqualTo(Put.DONE);
    }

    private static Cell findIn(FileEngine engine, SessionKey key) {
        try {
            return engine.find(key);
        } catch (UnreadableCellException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsSaidSo() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        FileEngine engine = open(options(file, 0));
        assertThatThrownBy(engine::ping)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> put(engine, null)).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void withoutAGivenClockTheNodesCounts() throws Exception {
        FileEngine engine = new FileEngine(options(directory, 0), clock, null, observer);
        Cell cell = put(engine, null);
        assertThat(engine.clock().millis()).isEqualTo(clock.millis());
        clock.advance(Duration.ofMillis(IDLE_MILLIS));
        assertThat(engine.put(new Stamp(cell.key().lo(), 1), next(cell, null))).isEqualTo(Put.GONE);
        engine.close();
    }

    @Test
    void anInterruptedThreadFailsAloneAndLeavesTheLocksAsTheyAre() {
        FileEngine engine = open();
        Cell cell = put(engine, null);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> engine.put(cell.stamp(), next(cell, null)))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(engine.put(cell.stamp(), next(cell, null))).isEqualTo(Put.DONE);
    }

    @Test
    void twoEnginesOfAProcessShareTheLocks() throws Exception {
        FileEngine one = open();
        FileEngine two = open();
        Cell cell = put(one, null);
        assertThat(two.put(cell.stamp(), next(cell, null))).isEqualTo(Put.DONE);
        one.close();
        assertThat(two.put(new Stamp(cell.key().lo(), 2), next(next(cell, null), null)))
                .isEqualTo(Put.DONE);
        assertThatThrownBy(() -> put(one, null)).isInstanceOf(StoreUnavailableException.class);
    }
}
