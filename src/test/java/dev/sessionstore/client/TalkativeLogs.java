package dev.sessionstore.client;

import java.net.URI;
import java.util.List;

/** A process of its own that makes every kind of call, with all its loggers wide open. {@link SecretsTest} reads along. */
final class TalkativeLogs {
    static final String ID = "secret-id-0123456789-0123456789-0123456789";
    static final String NEW_ID = "secret-new-id-0123456789-0123456789-01234567";
    static final String KEY = "secret-key";
    static final String BINDING = "secret-binding";
    static final List<String> PRINCIPALS = List.of("secret-principal", " secret-principal");
    static final String VALUE = "secret-value";

    private TalkativeLogs() {}

    public static void main(String[] uris) {
        for (String uri : uris) {
            for (String principal : PRINCIPALS) {
                say(URI.create(uri), principal);
            }
        }
    }

    private static void say(URI uri, String principal) {
        try (SessionClient client =
                SessionClient.builder(uri).apiKey(KEY).retries(1).build().bound(BINDING)) {
            StoredSession fake = new FakeSessionStore()
                    .client()
                    .create(NewSession.builder().id(ID).principal(principal).build());
            attempt(() -> client.create(NewSession.builder()
                    .id(ID)
                    .principal(principal)
                    .binding(BINDING)
                    .attribute("a", VALUE)
                    .build()));
            for (CallKind kind : CallKind.values()) {
                attempt(() -> kind.on(client, fake));
            }
            attempt(() -> client.setAttribute(ID, "a", VALUE));
            attempt(() -> client.attribute(ID, "a", Integer.class));
            attempt(() -> client.find(ID).orElseThrow().get("a", Integer.class));
            attempt(() -> client.rotate(ID, Rotation.builder().newId(NEW_ID).build()));
            attempt(() -> client.delete(NEW_ID));
        }
    }

    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            e.printStackTrace();
        }
    }
}
