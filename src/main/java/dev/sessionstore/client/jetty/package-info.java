/** Jetty's own sessions, kept by the service and shared by servers. */
@NullMarked
package dev.sessionstore.client.jetty;

import org.jspecify.annotations.NullMarked;
