/** What core and HTTP report, as Prometheus figures. */
@NullMarked
package dev.sessionstore.metrics;

import org.jspecify.annotations.NullMarked;
