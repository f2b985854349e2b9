/**
 * Sessions in a collection of MongoDB: one document each, changed by conditional updates, dropped by a TTL index, by the
 * server's clock.
 */
@NullMarked
package dev.sessionstore.store.mongodb;

import org.jspecify.annotations.NullMarked;
