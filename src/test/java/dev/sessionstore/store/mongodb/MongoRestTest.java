package dev.sessionstore.store.mongodb;

import dev.sessionstore.http.RestContract;

class MongoRestTest extends RestContract {
    MongoRestTest() {
        super("mongodb");
    }
}
