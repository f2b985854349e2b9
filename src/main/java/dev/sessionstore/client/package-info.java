/**
 * Hands an application's sessions to the service. {@link SessionClient} speaks the REST contract;
 * {@link SessionFactory} and {@link WebSession} are what a web framework needs per request; {@code SessionCookie} reads and
 * writes the header. Servlet containers, Spring Session and Jetty have adapters in packages of their own.
 *
 * <p>Unless a type says otherwise it is thread-safe, no parameter may be null, and none is returned.
 */
@NullMarked
package dev.sessionstore.client;

import org.jspecify.annotations.NullMarked;
