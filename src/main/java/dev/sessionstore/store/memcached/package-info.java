/** Sessions in memcached. */
@NullMarked
package dev.sessionstore.store.memcached;

import org.jspecify.annotations.NullMarked;
