/** Sessions in a table of a relational database. */
@NullMarked
package dev.sessionstore.store.jdbc;

import org.jspecify.annotations.NullMarked;
