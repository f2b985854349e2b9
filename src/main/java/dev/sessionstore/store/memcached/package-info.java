/**
 * Sessions in memcached: each under its key, changed by {@code cas} alone. Memcached can list nothing, so this store has
 * no capability, and it forgets what it has no room for.
 */
@NullMarked
package dev.sessionstore.store.memcached;

import org.jspecify.annotations.NullMarked;
