package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.Sealing;
import dev.sessionstore.client.SerializationCodec;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.client.TypedJsonCodec;
import java.util.Objects;
import org.eclipse.jetty.session.AbstractSessionDataStoreFactory;
import org.eclipse.jetty.session.SessionDataStore;
import org.eclipse.jetty.session.SessionManager;

/**
 * Has Jetty 12 keep its sessions in the service, so that servers share them and a restart loses none.
 *
 * <pre>{@code
 * ServiceSessionDataStoreFactory sessions =
 *         new ServiceSessionDataStoreFactory(client, Sealing.withKeys(key)); // 32 secret bytes, the same on all servers
 * sessions.setCodec(TypedJsonCodec.builder().allowPackage("com.example.shop.model").build());
 * server.addBean(sessions);
 *
 * // Where any server may get a session's next request: nothing stays behind in a server's memory.
 * DefaultSessionCacheFactory caches = new DefaultSessionCacheFactory();
 * caches.setEvictionPolicy(SessionCache.EVICT_ON_SESSION_EXIT);
 * caches.setSaveOnCreate(true);
 * caches.setFlushOnResponseCommit(true);
 * server.addBean(caches);
 * }</pre>
 *
 * <p>The client's namespace must hold expired sessions until Jetty scavenged them: {@code expiry: advisory} in the service's
 * settings, with an {@code orphan-after} of several grace periods. A store refuses to start where that is not so.
 *
 * <p>Configured before the server starts, as all of Jetty; not thread-safe until then. The client stays the application's
 * to close.
 */
public final class ServiceSessionDataStoreFactory extends AbstractSessionDataStoreFactory {
    private final SessionClient client;
    private final Sealing sealing;
    private AttributeCodec codec = TypedJsonCodec.builder().build();

    /**
     * @param client of a namespace whose expiry is advisory; its key may write
     * @param sealing hides Jetty's ids, which the service's lists must bring back to be of use: the same keys on all servers
     */
    public ServiceSessionDataStoreFactory(SessionClient client, Sealing sealing) {
        this.client = Objects.requireNonNull(client, "client");
        this.sealing = Objects.requireNonNull(
                sealing, "sealing: Sealing.withKeys(…) with 32 secret random bytes, the same on all servers");
    }

    /**
     * What writes and reads attributes' values, instead of a {@link TypedJsonCodec} that knows the JDK's plain values only.
     * Java serialisation is a {@link SerializationCodec} with a filter of its own.
     */
    public void setCodec(AttributeCodec value) {
        codec = Objects.requireNonNull(value, "codec");
    }

    @Override
    public SessionDataStore getSessionDataStore(SessionManager manager) {
        ServiceSessionDataStore store = new ServiceSessionDataStore(client, sealing, codec);
        store.setGracePeriodSec(getGracePeriodSec());
        store.setSavePeriodSec(getSavePeriodSec());
        return store;
    }
}
