/** Sessions in Redis or Valkey. */
@NullMarked
package dev.sessionstore.store.redis;

import org.jspecify.annotations.NullMarked;
