/**
 * The REST contract: one table of routes, the checks that come before an endpoint, wire to core and back, failures to
 * statuses. Endpoints are functions on plain values; a door mounts them on a server.
 */
@NullMarked
package dev.sessionstore.http;

import org.jspecify.annotations.NullMarked;
