package dev.sessionstore.store;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Count.Counted;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.store.Cell.Stamp;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine behind a circuit breaker: when half of the last calls found no answer, further ones are refused at once
 * instead of keeping threads waiting. A thread of its own asks the engine twice a second, keeps its clock up to date,
 * and closes the circuit as soon as it answers.
 *
 * <p>Thread-safe.
 */
public final class GuardedEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedEngine.class);
    private static final Duration PING = Duration.ofMillis(500);
    private static final int WINDOW = 20;
    private static final int LEAST_CALLS = 5;

    private final Engine engine;
    private final BackendObserver observer;
    /** One for each part. */
    private final List<CircuitBreaker> breakers;

    private final ScheduledExecutorService prober;
    private volatile boolean answers;
    private volatile boolean isTold;

    public GuardedEngine(Engine engine, BackendObserver observer) {
        this.engine = engine;
        this.observer = observer;
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(LEAST_CALLS)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(1))
                .permittedNumberOfCallsInHalfOpenState(3)
                .recordExceptions(StoreUnavailableException.class)
                .writableStackTraceEnabled(false)
                .build();
        breakers = IntStream.range(0, engine.parts())
                .mapToObj(part -> CircuitBreaker.of(engine.name() + "-" + part, config))
                .toList();
        prober = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "session-store-" + engine.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Asks the engine for the first time, waits for that, and goes on asking. */
    public void start() {
        probe();
        prober.scheduleWithFixedDelay(this::probe, PING.toMillis(), PING.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the engine answered when it was asked last. */
    public boolean answers() {
        return answers;
    }

    private void probe() {
        try {
            engine.ping();
            isTold = true;
            if (!answers) {
                LOG.info("the store {} answers", engine.name());
                answers = true;
            }
            // Of several parts nobody knows which one answered: those close by the calls that they let through.
            if (breakers.size() == 1 && breakers.get(0).getState() != CircuitBreaker.State.CLOSED) {
                breakers.get(0).transitionToClosedState();
            }
        } catch (StoreUnavailableException e) {
            if (answers) {
                LOG.warn("the store {} does not answer: {}", engine.name(), e.getMessage());
            }
            answers = false;
        } catch (RuntimeException e) {
            // The prober must go on.
            LOG.error("the store {} cannot be asked", engine.name(), e);
            answers = false;
        }
    }

    private interface Call<T, E extends Exception> {
        T run() throws E;
    }

    private <T, E extends Exception> T call(String operation, Call<T, E> call) throws E {
        return call(operation, breakers.get(0), call);
    }

    private CircuitBreaker breakerOf(SessionKey key) {
        return breakers.get(engine.partOf(key));
    }

    private <T, E extends Exception> T call(String operation, CircuitBreaker breaker, Call<T, E> call) throws E {
        try {
            breaker.acquirePermission();
        } catch (CallNotPermittedException e) {
            throw refused();
        }
        long began = System.nanoTime();
        StoreUnavailableException failure = null;
        try {
            return call.run();
        } catch (StoreUnavailableException e) {
            failure = e;
            throw e;
        } finally {
            long took = System.nanoTime() - began;
            // Whatever else was thrown is an answer: a refusal, or something that cannot be read.
            if (failure == null) {
                breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(took, TimeUnit.NANOSECONDS, failure);
            }
            observer.called(operation, took, failure != null);
        }
    }

    private StoreUnavailableException refused() {
        return StoreUnavailableException.refused("the store " + engine.name() + " did not answer lately");
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public @Nullable Cell find(SessionKey key) throws UnreadableCellException {
        return this.<Optional<Cell>, UnreadableCellException>call(
                        "find", breakerOf(key), () -> Optional.ofNullable(engine.find(key)))
                .orElse(null);
    }

    @Override
    public Put put(@Nullable Stamp expected, Cell next) {
        return call("put", breakerOf(next.key()), () -> engine.put(expected, next));
    }

    @Override
    public void touch(SessionKey key, long accessedAt) {
        call("touch", breakerOf(key), () -> {
            engine.touch(key, accessedAt);
            return true;
        });
    }

    @Override
    public void touchLater(SessionKey key, long accessedAt) {
        if (breakerOf(key).getState() != CircuitBreaker.State.OPEN) {
            engine.touchLater(key, accessedAt);
        }
    }

    @Override
    public void clear(Cell there) {
        call("clear", breakerOf(there.key()), () -> {
            engine.clear(there);
            return true;
        });
    }

    @Override
    public void discard(SessionKey key, byte[] unreadable) {
        call("discard", breakerOf(key), () -> {
            engine.discard(key, unreadable);
            return true;
        });
    }

    @Override
    public void ping() {
        engine.ping();
    }

    @Override
    public InstantSource clock() {
        // Until the engine has told the time once, to ask for it is an exchange like others.
        return isTold ? engine.clock() : () -> call("ping", () -> engine.clock().instant());
    }

    @Override
    public Optional<Listing> listing() {
        return engine.listing()
                .map(listing -> (owner, after, limit) -> call("list", () -> listing.cells(owner, after, limit)));
    }

    @Override
    public Optional<Walk> walk() {
        return engine.walk()
                .map(walk -> (namespace, after, limit) -> call("scan", () -> walk.cells(namespace, after, limit)));
    }

    @Override
    public Optional<Tally> tally() {
        return engine.tally().map(GuardedTally::new);
    }

    /** A count may take longer than an engine has for an exchange, and says nothing of how it does: the breaker only looks. */
    private <T> T counting(Supplier<T> count) {
        if (breakers.get(0).getState() == CircuitBreaker.State.OPEN) {
            throw refused();
        }
        long began = System.nanoTime();
        boolean failed = true;
        try {
            T counted = count.get();
            failed = false;
            return counted;
        } finally {
            observer.called("count", System.nanoTime() - began, failed);
        }
    }

    private final class GuardedTally implements Tally {
        private final Tally tally;

        GuardedTally(Tally tally) {
            this.tally = tally;
        }

        @Override
        public Counted count(String namespace) {
            return counting(() -> tally.count(namespace));
        }

        @Override
        public Map<String, Counted> countAll() {
            return counting(tally::countAll);
        }
    }

    @Override
    public void close() {
        prober.shutdownNow();
        engine.close();
    }
}
