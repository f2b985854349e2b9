/**
 * The rules: sessions, lifetimes, versions, rotation, tombstones, limits. Knows no HTTP, no JSON and no backend.
 *
 * <p>Times are milliseconds since 1970-01-01T00:00Z in {@code long}s, which keeps a session small; methods that return
 * {@link java.time.Instant} say so in their type.
 */
@NullMarked
package dev.sessionstore.core;

import org.jspecify.annotations.NullMarked;
