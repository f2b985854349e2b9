package dev.sessionstore.store.file;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.SessionStore;
import dev.sessionstore.store.EngineStore;
import dev.sessionstore.store.SessionStoreListings;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestFiles;
import java.nio.file.Path;
import java.time.Duration;

/** Sessions in files keep what every backend promises. */
class FileStoreTest extends SessionStoreListings {
    @Override
    protected SessionStore newStore(Policies policies, MutableClock clock) {
        Path directory = TestFiles.shared().newDirectory();
        FileOptions options = new FileOptions(directory, 0, 0600, Duration.ofSeconds(10), false);
        FileEngine engine = new FileEngine(options, clock, clock, BackendObserver.NONE);
        return new EngineStore(engine, policies, SessionObserver.NONE, BackendObserver.NONE);
    }

    @Override
    protected int repetitions() {
        return 100;
    }
}
