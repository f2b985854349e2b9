package dev.sessionstore.http;

/** What a key allows. Each role includes those before it. */
public enum Role {
    READ,
    WRITE,
    ADMIN;

    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
