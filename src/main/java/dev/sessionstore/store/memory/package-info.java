/** Sessions in this process's own memory, in Caffeine maps, with expiry and removal spread in small steps. */
@NullMarked
package dev.sessionstore.store.memory;

import org.jspecify.annotations.NullMarked;
