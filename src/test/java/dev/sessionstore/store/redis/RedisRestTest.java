package dev.sessionstore.store.redis;

import dev.sessionstore.http.RestContract;

class RedisRestTest extends RestContract {
    RedisRestTest() {
        super("redis");
    }

    @Override
    protected String[] lacking() {
        return new String[] {"count"};
    }
}
