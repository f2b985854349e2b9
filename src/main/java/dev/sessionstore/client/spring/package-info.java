/** Spring Session over the service. */
@NullMarked
package dev.sessionstore.client.spring;

import org.jspecify.annotations.NullMarked;
