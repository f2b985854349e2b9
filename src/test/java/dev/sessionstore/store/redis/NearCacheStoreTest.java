package dev.sessionstore.store.redis;

/** The contract with the near cache on. */
class NearCacheStoreTest extends RedisStoreTest {
    @Override
    int nearCache() {
        return 1000;
    }
}
