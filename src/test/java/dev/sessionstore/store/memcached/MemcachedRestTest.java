package dev.sessionstore.store.memcached;

import dev.sessionstore.http.RestContract;
import dev.sessionstore.testing.Needs;

@Needs(value = "memcached", remedy = "apt-get install memcached")
class MemcachedRestTest extends RestContract {
    MemcachedRestTest() {
        super("memcached");
    }

    @Override
    protected String[] lacking() {
        return new String[] {"principal-index", "scan", "count"};
    }
}
