package dev.sessionstore.client;

import org.jspecify.annotations.Nullable;

/**
 * One request to the service, whoever carries it there.
 *
 * @param target path and query below the namespace: {@code /sessions/-?touch=false}
 * @param sessionId for the header; null where no session is meant
 * @param binding for the header; null: none
 * @param principal for the header; null: none, or it is in the target
 * @param ifMatch null: whatever the version is
 * @param creates whether it shall create and not replace: {@code If-None-Match: *}
 * @param body JSON, or null. Not a copy.
 */
record Call(
        Verb verb,
        String target,
        @Nullable String sessionId,
        @Nullable String binding,
        @Nullable String principal,
        @Nullable ETag ifMatch,
        boolean creates,
        byte @Nullable [] body) {

    enum Verb {
        GET,
        PUT,
        PATCH,
        POST,
        DELETE
    }

    static Call of(Verb verb, String target) {
        return new Call(verb, target, null, null, null, null, false, null);
    }

    Call session(String id, @Nullable String bound) {
        return new Call(verb, target, id, bound, principal, ifMatch, creates, body);
    }

    Call principal(String name) {
        return new Call(verb, target, sessionId, binding, name, ifMatch, creates, body);
    }

    Call expecting(@Nullable ETag etag) {
        return new Call(verb, target, sessionId, binding, principal, etag, creates, body);
    }

    Call creating() {
        return new Call(verb, target, sessionId, binding, principal, ifMatch, true, body);
    }

    Call body(byte[] json) {
        return new Call(verb, target, sessionId, binding, principal, ifMatch, creates, json);
    }

    /**
     * Whether to do it twice is to do it once. All calls are made so, but where a version is expected: the first attempt may
     * have made it another one.
     */
    boolean isRepeatable() {
        return ifMatch == null || verb == Verb.GET;
    }

    /** Without the query, which may name a principal. */
    @Override
    public String toString() {
        int query = target.indexOf('?');
        return verb + " " + (query < 0 ? target : target.substring(0, query));
    }
}
