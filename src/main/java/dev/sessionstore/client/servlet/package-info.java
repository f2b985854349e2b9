/**
 * Makes {@code request.getSession()} a stored session, in any Jakarta Servlet 6 container:
 * {@link dev.sessionstore.client.servlet.SessionStoreFilter}.
 *
 * <p>No parameter may be null, and nothing is returned that is, unless a type says otherwise.
 */
@NullMarked
package dev.sessionstore.client.servlet;

import org.jspecify.annotations.NullMarked;
