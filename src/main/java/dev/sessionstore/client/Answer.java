package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * What came back.
 *
 * @param etag null: none
 * @param expired whether the session has ended and is held only for its host to see
 * @param retryAfterSeconds -1: none
 * @param requestId null: none
 * @param body empty if there was none. Not a copy.
 * @param repeated whether an attempt before this one may have been carried out, its answer being lost
 */
record Answer(
        int status,
        @Nullable String etag,
        boolean expired,
        int retryAfterSeconds,
        @Nullable String requestId,
        byte[] body,
        boolean repeated) {

    boolean isSuccess() {
        return status < 300;
    }

    @Override
    public String toString() {
        return "Answer[" + status + ", " + body.length + " bytes]";
    }
}
