package dev.sessionstore.client;

import java.time.InstantSource;

/**
 * A session store within the process, for an application's own tests: its clients keep the contract's rules for ids, versions,
 * expiry, rotation, binding, principals and sizes, and nothing else. What the tests want to see or cause, it shows.
 *
 * <pre>{@code
 * FakeSessionStore store = new FakeSessionStore(clock);
 * try (SessionClient client = store.client()) {
 *     ...
 *     store.setAvailable(false); // from now on each call throws ServiceUnavailableException
 * }
 * }</pre>
 *
 * <p>Thread-safe. Not for production: it holds what it gets until it ends, and loses it then.
 */
public final class FakeSessionStore {
    private final FakeService service;

    /** By the system's clock. */
    public FakeSessionStore() {
        this(InstantSource.system());
    }

    /** @param clock by which sessions expire: a test moves it by hand */
    public FakeSessionStore(InstantSource clock) {
        service = new FakeService(clock);
    }

    /** Another client of the same sessions, with attributes as {@link JsonCodec} writes them. */
    public SessionClient client() {
        return client(new JsonCodec());
    }

    /** Another client of the same sessions. */
    public SessionClient client(AttributeCodec codec) {
        return new RestSessionClient(service, codec, AsyncCalls.on(null, 4));
    }

    /** How many sessions live. */
    public int size() {
        return service.live();
    }

    /** How many calls came, those refused for being unavailable among them. */
    public long calls() {
        return service.calls();
    }

    /** Whether it answers; if not, every call throws {@link ServiceUnavailableException}. At first it does. */
    public void setAvailable(boolean available) {
        service.setAvailable(available);
    }

    /** The numbers only. */
    @Override
    public String toString() {
        return "FakeSessionStore[" + size() + " sessions, " + calls() + " calls]";
    }
}
