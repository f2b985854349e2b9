import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

/** Jedis, as a session library uses it: port, sessions, connections. */
final class JedisLoad extends ClientLoad {
    private final RedisClient redis;
    private final String[] keys;

    private JedisLoad(String[] args) {
        int connections = Integer.parseInt(args[2]);
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxIdle(connections);
        redis = RedisClient.builder()
                .hostAndPort("127.0.0.1", Integer.parseInt(args[0]))
                .poolConfig(pool)
                .build();
        keys = ids(Integer.parseInt(args[1]));
        for (int i = 0; i < keys.length; i++) {
            keys[i] = "session:" + keys[i];
        }
    }

    public static void main(String[] args) throws Exception {
        new JedisLoad(args).obey(Integer.parseInt(args[1]));
    }

    @Override
    void read(int session) {
        if (redis.get(keys[session]) == null) {
            throw new IllegalStateException("a session is not there");
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
