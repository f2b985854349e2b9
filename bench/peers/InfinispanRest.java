import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.lifecycle.ComponentStatus;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.rest.RestServer;
import org.infinispan.rest.configuration.RestServerConfigurationBuilder;
import org.infinispan.server.core.ServerManagement;

/** Infinispan's REST endpoint with one local cache that holds sessions as JSON text and gives them back untouched. */
public final class InfinispanRest {
    private InfinispanRest() {}

    /** @param args the port */
    public static void main(String[] args) {
        DefaultCacheManager caches =
                new DefaultCacheManager(new GlobalConfigurationBuilder().nonClusteredDefault().build());
        ConfigurationBuilder sessions = new ConfigurationBuilder();
        sessions.encoding().key().mediaType(MediaType.TEXT_PLAIN_TYPE);
        sessions.encoding().value().mediaType(MediaType.APPLICATION_JSON_TYPE);
        sessions.expiration().maxIdle(30, TimeUnit.MINUTES).lifespan(24, TimeUnit.HOURS);
        caches.createCache("sessions", sessions.build());
        RestServer server = new RestServer();
        server.setServerManagement(surroundings(), false);
        server.start(
                new RestServerConfigurationBuilder()
                        .host("127.0.0.1")
                        .port(Integer.parseInt(args[0]))
                        .build(),
                caches);
        server.postStart();
        System.out.println("Infinispan listens");
    }

    /** What the REST server asks its surroundings for: embedded it runs, and that is all. */
    private static ServerManagement surroundings() {
        return (ServerManagement) Proxy.newProxyInstance(
                ServerManagement.class.getClassLoader(),
                new Class<?>[] {ServerManagement.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getStatus" -> ComponentStatus.RUNNING;
                    case "getLoginConfiguration", "getProtocolServers" -> Map.of();
                    default -> null;
                });
    }
}
