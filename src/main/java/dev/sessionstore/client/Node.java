package dev.sessionstore.client;

import java.net.URI;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.HttpHost;

/**
 * One place where the service listens, and whether it is well. One that failed is left aside for a while, longer with each
 * failure in a row; then one call tries it again, and if that succeeds the others follow. Thread-safe.
 */
final class Node {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_DOUBLINGS = 6;
    /** No time at all: it is well. */
    private static final long WELL = Long.MIN_VALUE;

    final HttpHost host;
    final HttpRoute route;
    /** For the Host header (RFC 9110, section 7.2). */
    final String authority;

    /** Until when it is left aside, on the scale of {@link System#nanoTime}; {@link #WELL} if it is not. */
    private final AtomicLong asideUntil = new AtomicLong(WELL);

    /** Guarded by this. */
    private int failuresInARow;
    /** When the last failure's time is over. Guarded by this. */
    private long countedUntil = WELL;

    Node(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
        String name = uri.getHost();
        // An IPv6 address has brackets in a URI, and none where it is looked up.
        host = new HttpHost(scheme, name.startsWith("[") ? name.substring(1, name.length() - 1) : name, port);
        route = new HttpRoute(host, null, secure);
        authority = uri.getPort() < 0 ? name : name + ":" + port;
    }

    /** Whether a call may go there now. Where it was left aside and the time is over, the first to ask goes alone. */
    boolean admits(long now, long nanosOfTheCall) {
        long until = asideUntil.get();
        return until == WELL || until - now <= 0 && asideUntil.compareAndSet(until, now + nanosOfTheCall);
    }

    /** How long it is left aside still; negative if no longer. */
    long asideFor(long now) {
        long until = asideUntil.get();
        return until == WELL ? -1 : until - now;
    }

    void isWell() {
        if (asideUntil.get() != WELL) {
            recovered();
        }
    }

    private synchronized void recovered() {
        asideUntil.set(WELL);
        countedUntil = WELL;
        failuresInARow = 0;
    }

    /** It could not be reached, or did not answer sensibly. */
    synchronized void failed(long now) {
        if (countedUntil != WELL && countedUntil - now > 0) {
            // All the calls that were under way when it failed tell of one failure.
            return;
        }
        long pause = jittered(FIRST_PAUSE_NANOS << failuresInARow);
        failuresInARow = Math.min(failuresInARow + 1, MOST_DOUBLINGS);
        countedUntil = now + pause;
        leaveAside(now, pause);
    }

    /** It said itself when to come back. */
    void leaveAside(long now, long nanos) {
        long until = now + nanos;
        asideUntil.set(until == WELL ? until + 1 : until);
    }

    /** Between half and all of it, so that not all clients come back at once. */
    static long jittered(long nanos) {
        return nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1);
    }

    /** All of it and up to a quarter more. */
    static long atLeast(long nanos) {
        return nanos + ThreadLocalRandom.current().nextLong(nanos / 4 + 1);
    }

    @Override
    public String toString() {
        return host.toString();
    }
}
