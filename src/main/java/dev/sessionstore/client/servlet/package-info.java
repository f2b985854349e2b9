/** Makes {@code request.getSession()} a stored session, in any Jakarta Servlet 6 container. */
@NullMarked
package dev.sessionstore.client.servlet;

import org.jspecify.annotations.NullMarked;
