package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.SessionStoreContract;
import dev.sessionstore.store.memory.disk.DataKeys;
import dev.sessionstore.store.memory.disk.Disk;
import dev.sessionstore.store.memory.disk.Fsync;
import dev.sessionstore.store.memory.disk.SimulatedStorage;
import dev.sessionstore.testing.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** The contract, while everything is written down. */
class MemoryStoreWithDiskTest extends SessionStoreContract {
    private final List<String> fatal = new CopyOnWriteArrayList<>();

    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        SimulatedStorage storage = new SimulatedStorage();
        storage.capacity(1 << 30);
        Disk disk = storage.disk(
                Fsync.EVERYSEC,
                Duration.ofHours(1),
                DataKeys.parse("0".repeat(64)),
                false,
                clock,
                Runnable::run,
                fatal::add);
        MemoryStore made = new MemoryStore(
                new MemoryOptions(0, 0, MemoryOptions.WhenFull.REJECT), policies, clock, SessionObserver.NONE, disk);
        made.recover();
        return made;
    }

    @AfterEach
    void nothingWasFatal() {
        assertThat(fatal).isEmpty();
    }
}
