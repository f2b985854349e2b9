/** Jetty's own sessions, kept by the service and shared by servers: {@code ServiceSessionDataStoreFactory} is the way in. */
@NullMarked
package dev.sessionstore.client.jetty;

import org.jspecify.annotations.NullMarked;
