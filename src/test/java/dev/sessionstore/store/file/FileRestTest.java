package dev.sessionstore.store.file;

import dev.sessionstore.http.RestContract;

/** The REST tests on files. */
class FileRestTest extends RestContract {
    FileRestTest() {
        super("file");
    }

    @Override
    protected String[] lacking() {
        return new String[] {"count"};
    }
}
