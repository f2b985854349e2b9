/** The memory store's files. */
@NullMarked
package dev.sessionstore.store.memory.disk;

import org.jspecify.annotations.NullMarked;
