/**
 * The JSON documents and error codes that server and client both speak, and {@link JsonText} and {@link JsonEdit}, which
 * check, set, remove and merge on bytes, so that an application's data comes back as it went in. Knows nothing of the
 * rules for sessions.
 *
 * <p>Everything here is immutable or static, and thread-safe. Times are milliseconds since 1970-01-01T00:00Z.
 */
@NullMarked
package dev.sessionstore.wire;

import org.jspecify.annotations.NullMarked;
