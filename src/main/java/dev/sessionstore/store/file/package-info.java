/** Sessions in files, one each. */
@NullMarked
package dev.sessionstore.store.file;

import org.jspecify.annotations.NullMarked;
