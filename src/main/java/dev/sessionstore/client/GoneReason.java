package dev.sessionstore.client;

/** How a session ended. */
public enum GoneReason {
    /** It was deleted: a logout. */
    DELETED,
    /** Its time ran out, or it was expired by a call. */
    EXPIRED,
    /** It was revoked by its handle, or with all of its principal's: "log out everywhere". */
    REVOKED,
    /** It lives on under another id. */
    ROTATED,
    /** The service named a reason that this version of the client does not know. */
    OTHER
}
