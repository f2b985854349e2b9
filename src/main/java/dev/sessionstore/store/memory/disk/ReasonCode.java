package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Reason;

/** Reasons as files spell them, whatever becomes of the order in the code. */
final class ReasonCode {
    private ReasonCode() {}

    static int of(Reason reason) {
        return switch (reason) {
            case DELETED -> 1;
            case EXPIRED -> 2;
            case REVOKED -> 3;
            case ROTATED -> 4;
            case EVICTED -> 5;
        };
    }

    static Reason reason(int code) throws ByteReader.MalformedException {
        return switch (code) {
            case 1 -> Reason.DELETED;
            case 2 -> Reason.EXPIRED;
            case 3 -> Reason.REVOKED;
            case 4 -> Reason.ROTATED;
            case 5 -> Reason.EVICTED;
            default -> throw new ByteReader.MalformedException("there is no reason " + code);
        };
    }
}
