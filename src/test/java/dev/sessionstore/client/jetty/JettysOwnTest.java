package dev.sessionstore.client.jetty;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.NewSession;
import dev.sessionstore.client.SerializationCodec;
import dev.sessionstore.client.StoredSession;
import java.io.ObjectInputFilter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.session.AbstractSessionDataStoreTest;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.SessionDataStoreFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Jetty's own tests of what it expects of a store, unmodified, against a real service. */
class JettysOwnTest extends AbstractSessionDataStoreTest {
    private static AdvisoryService service;

    /** They put proxies into sessions, and classes that only the web application knows. */
    private final AttributeCodec codec = new SerializationCodec(ObjectInputFilter.Config.createFilter(
            "Foo;Proxyable*;java.lang.*;java.lang.reflect.Proxy;jdk.proxy*;java.util.*"));

    private final Set<String> persisted = new HashSet<>();

    JettysOwnTest() throws Exception {}

    @BeforeAll
    static void startService() {
        service = new AdvisoryService();
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    /** What one test leaves behind another one's scavenger would find. */
    @AfterEach
    void forgetAll() {
        service.all().forEach(session -> service.client.revoke(session.handle()));
        persisted.forEach(service.client::delete);
    }

    @Override
    public SessionDataStoreFactory createSessionDataStoreFactory() {
        ServiceSessionDataStoreFactory factory = new ServiceSessionDataStoreFactory(service.client, service.sealing);
        factory.setCodec(codec);
        return factory;
    }

    private HostIds ids(SessionData data) {
        return HostIds.of(data.getContextPath(), data.getVhost(), service.sealing);
    }

    private Optional<StoredSession> stored(SessionData data) {
        return service.peek(ids(data).toService(data.getId()));
    }

    @Override
    public void persistSession(SessionData data) {
        persisted.add(ids(data).toService(data.getId()));
        inContext(() -> new Storing(service.client, ids(data), codec).store(data.getId(), data, true));
    }

    @Override
    public void persistUnreadableSession(SessionData data) {
        String id = ids(data).toService(data.getId());
        persisted.add(id);
        service.client.create(NewSession.builder()
                .id(id)
                .attributeJson(Reserved.FIELDS, Reserved.write(JettyFields.of(data)))
                .attributeJson("a", "\"no object\"".getBytes(StandardCharsets.UTF_8))
                .build());
    }

    @Override
    public boolean checkSessionExists(SessionData data) {
        return stored(data).isPresent();
    }

    @Override
    public boolean checkSessionPersisted(SessionData data) {
        return stored(data).filter(session -> isSame(session, data)).isPresent();
    }

    private boolean isSame(StoredSession session, SessionData data) {
        JettyFields fields = JettyFields.of(session);
        boolean[] same = new boolean[1];
        inContext(() -> same[0] = fields.equals(JettyFields.of(data))
                && session.endsAt().equals(Optional.ofNullable(fields.end()))
                && new Loading(codec)
                        .data(data.getId(), session, fields)
                        .getAllAttributes()
                        .equals(data.getAllAttributes()));
        return same[0];
    }

    /** Values' classes are known to the web application's loader only. */
    private void inContext(Runnable action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(_contextClassLoader);
        try {
            action.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
