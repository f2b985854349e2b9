/**
 * Hands an application's sessions to the service. {@link SessionClient} speaks the REST contract;
 * {@link SessionFactory} and {@link WebSession} are what a web framework needs per request; {@link SessionCookie} reads and
 * writes the header. Servlet containers, Spring Session and Jetty have adapters in packages of their own.
 *
 * <pre>{@code
 * try (SessionClient client = SessionClient.builder(URI.create("http://localhost:8080"))
 *         .namespace("shop")
 *         .build()) {
 *     SessionFactory sessions = SessionFactory.over(client).build();
 *     SessionCookie cookie = SessionCookie.builder().build();
 *
 *     WebSession login = sessions.open(null); // a request without a cookie
 *     login.setPrincipal("user-42");
 *     login.set("step", 1);
 *     login.rotate();
 *     login.save();
 *     String answer = cookie.write(login).get("Set-Cookie");
 *
 *     String header = answer.substring(0, answer.indexOf(';')); // the browser's next request
 *     WebSession next = sessions.open(cookie.read(header).orElse(null));
 *     System.out.println(next.principal().orElse("nobody") + " at step " + next.get("step", Integer.class));
 * }
 * }</pre>
 *
 * <p>Unless a type says otherwise it is thread-safe, no parameter may be null, and none is returned.
 */
@NullMarked
package dev.sessionstore.client;

import org.jspecify.annotations.NullMarked;
