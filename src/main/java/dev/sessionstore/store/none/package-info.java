/** A store that accepts and forgets. */
@NullMarked
package dev.sessionstore.store.none;

import org.jspecify.annotations.NullMarked;
