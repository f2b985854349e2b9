import dev.sessionstore.client.SessionClient;
import java.net.URI;

/** Our own client: port, API key, namespace, sessions, connections. */
final class SessionClientLoad extends ClientLoad {
    private final SessionClient client;
    private final String[] ids;

    private SessionClientLoad(String[] args) {
        client = SessionClient.builder(URI.create("http://127.0.0.1:" + args[0]))
                .apiKey(args[1])
                .namespace(args[2])
                .maxConnections(Integer.parseInt(args[4]))
                .build();
        ids = ids(Integer.parseInt(args[3]));
    }

    public static void main(String[] args) throws Exception {
        new SessionClientLoad(args).obey(Integer.parseInt(args[3]));
    }

    @Override
    void read(int session) {
        if (client.find(ids[session]).isEmpty()) {
            throw new IllegalStateException("a session is not there");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
