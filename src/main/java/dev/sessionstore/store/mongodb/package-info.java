/** Sessions in a collection of MongoDB. */
@NullMarked
package dev.sessionstore.store.mongodb;

import org.jspecify.annotations.NullMarked;
