package dev.sessionstore.store.file;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A file system that hangs. */
class CanaryTest {
    private static final Duration PATIENCE = Duration.ofMillis(20);

    @Test
    void whileTheFileSystemHangsCallsAreRefusedAndThenTheyAreNot() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Canary canary = new Canary(Path.of("/srv"), PATIENCE, () -> {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                answered.countDown();
            }
        });
        canary.check();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(canary::ask)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("/srv")
                    .hasMessageContaining("20 ms");
            assertThatThrownBy(canary::check).isInstanceOf(StoreUnavailableException.class);
        }
        answers.countDown();
        answered.await();
        while (isRefused(canary::ask)) {
            Thread.onSpinWait();
        }
        assertThatCode(canary::check).doesNotThrowAnyException();
        canary.close();
        assertThatThrownBy(canary::ask).isInstanceOf(StoreUnavailableException.class);
    }

    private static boolean isRefused(Runnable call) {
        try {
            call.run();
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        }
    }

    @Test
    void anAnswerThatIsAFailureIsTold() {
        AtomicBoolean fails = new AtomicBoolean(true);
        Canary canary = new Canary(Path.of("/srv"), Duration.ofSeconds(10), () -> {
            if (fails.get()) {
                throw new IOException("Input/output error");
            }
        });
        assertThatThrownBy(canary::ask)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("the directory /srv cannot be used: Input/output error");
        canary.check();
        fails.set(false);
        canary.ask();
        canary.close();
    }
}
