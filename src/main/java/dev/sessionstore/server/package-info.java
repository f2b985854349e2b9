/** The program: {@link dev.sessionstore.server.Main}, its subcommands, the files it watches, and the wiring. */
@NullMarked
package dev.sessionstore.server;

import org.jspecify.annotations.NullMarked;
