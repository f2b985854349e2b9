package dev.sessionstore.store.memcached;

import com.google.code.yanf4j.core.Session;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import net.rubyeye.xmemcached.HashAlgorithm;
import net.rubyeye.xmemcached.impl.AbstractMemcachedSessionLocator;
import net.rubyeye.xmemcached.networking.MemcachedSession;
import org.jspecify.annotations.Nullable;

/**
 * Which server has a key: consistent hashing over the servers as the settings name them, so that one more or less moves
 * few keys. A server that is down keeps its keys: on another one, sessions would be absent, and what was written there
 * meanwhile would be older than what the first one has when it is back.
 *
 * <p>Thread-safe.
 */
final class Ring extends AbstractMemcachedSessionLocator {
    private static final int POINTS = 160;
    private static final HashAlgorithm HASH = HashAlgorithm.KETAMA_HASH;

    private final TreeMap<Long, Integer> points = new TreeMap<>();
    private final AtomicReferenceArray<@Nullable Session> connections;

    Ring(List<InetSocketAddress> servers) {
        connections = new AtomicReferenceArray<>(servers.size());
        for (int server = 0; server < servers.size(); server++) {
            InetSocketAddress address = servers.get(server);
            for (int i = 0; i < POINTS; i++) {
                points.put(HASH.hash(address.getHostString() + ":" + address.getPort() + "-" + i), server);
            }
        }
    }

    int servers() {
        return connections.length();
    }

    int serverOf(String key) {
        if (servers() == 1) {
            return 0;
        }
        Map.Entry<Long, Integer> point = points.ceilingEntry(HASH.hash(key));
        return (point == null ? points.firstEntry() : point).getValue();
    }

    /** Null: there is none now. */
    @Nullable Session connectionTo(int server) {
        Session connection = connections.get(server);
        return connection == null || connection.isClosed() ? null : connection;
    }

    /** For the driver. */
    @Override
    public @Nullable Session getSessionByKey(String key) {
        return connectionTo(serverOf(key));
    }

    /** From the driver. */
    @Override
    public void updateSessions(Collection<Session> all) {
        @Nullable Session[] next = new Session[servers()];
        for (Session each : all) {
            MemcachedSession connection = (MemcachedSession) each;
            // Connections are made again when somebody needs them.
            connection.setAllowReconnect(false);
            next[connection.getInetSocketAddressWrapper().getOrder()] = each;
        }
        for (int server = 0; server < next.length; server++) {
            connections.set(server, next[server]);
        }
    }
}
