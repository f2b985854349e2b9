package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    private static final int RATE = 100;

    private final BodyBudget budget = new BodyBudget(1 << 21);
    private long now;

    /** Gives a few bytes at a time, and lets time pass before each. */
    private final class Drip extends InputStream {
        private final InputStream bytes;
        private final int atOnce;
        private final long millis;

        Drip(int size, int atOnce, long millis) {
            this.bytes = new ByteArrayInputStream(new byte[size]);
            this.atOnce = atOnce;
            this.millis = millis;
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            now += TimeUnit.MILLISECONDS.toNanos(millis);
            return bytes.read(into, from, Math.min(length, atOnce));
        }
    }

    private BodyReader reader(InputStream in) {
        return new BodyReader(in, budget.open(), RATE, () -> now);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10_000})
    void aBodyThatDripsIsCutOff(long announced) {
        assertThatThrownBy(() -> reader(new Drip(10_000, 1, 100)).read(announced, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10_000})
    void aBodyAtTheRateIsRead(long announced) throws IOException {
        assertThat(reader(new Drip(10_000, 10, 100)).read(announced, 1 << 20)).hasSize(10_000);
    }

    @Test
    void aHiccupIsForgiven() throws IOException {
        assertThat(reader(new Drip(50, 50, 1900)).read(50, 1 << 20)).hasSize(50);
    }

    @Test
    void readingStopsAtTheLimit() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThat(reader(endless).read(-1, 1 << 20)).isNull();
        assertThat(reader(endless).read((1 << 20) + 1, 1 << 20)).isNull();
    }

    @Test
    void aBodyThatEndsEarlyIsAFault() {
        assertThatThrownBy(() -> reader(new ByteArrayInputStream(new byte[9])).read(10, 100))
                .isInstanceOf(IOException.class);
    }

    @Test
    void manyLargeBodiesTogetherAreRefusedAndGivenBack() throws IOException {
        BodyBudget small = new BodyBudget(100_000);
        try (BodyBudget.Share first = small.open();
                BodyBudget.Share second = small.open()) {
            byte[] body = new BodyReader(new ByteArrayInputStream(new byte[90_000]), first, 0).read(90_000, 1 << 20);
            assertThat(body).hasSize(90_000);
            assertThatThrownBy(() ->
                            new BodyReader(new ByteArrayInputStream(new byte[90_000]), second, 0).read(90_000, 1 << 20))
                    .isInstanceOf(BodyBudget.ExhaustedException.class);
        }
        try (BodyBudget.Share third = small.open()) {
            byte[] body = new BodyReader(new ByteArrayInputStream(new byte[90_000]), third, 0).read(90_000, 1 << 20);
            assertThat(body).hasSize(90_000);
        }
    }

    @Test
    void whatIsAnnouncedButDoesNotComeTakesNoMemory() {
        BodyBudget.Share share = new BodyBudget(10_000).open();
        assertThatThrownBy(
                        () -> new BodyReader(new ByteArrayInputStream(new byte[100]), share, 0).read(1 << 20, 1 << 20))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(BodyBudget.ExhaustedException.class);
    }

    @Test
    void aConnectionThatSendsNothingToReadIsClosed() {
        ByteArrayEndPoint silent = new ByteArrayEndPoint();
        ByteArrayEndPoint patient = new ByteArrayEndPoint();
        try (SlowBodies slowBodies = new SlowBodies()) {
            BodyReader late = reader(InputStream.nullInputStream());
            slowBodies.add(late, silent);
            slowBodies.check();
            assertThat(silent.isOpen()).isTrue();

            now += TimeUnit.SECONDS.toNanos(3);
            slowBodies.add(reader(InputStream.nullInputStream()), patient);
            slowBodies.check();
            assertThat(silent.isOpen()).isFalse();
            assertThat(patient.isOpen()).isTrue();
        }
    }
}
