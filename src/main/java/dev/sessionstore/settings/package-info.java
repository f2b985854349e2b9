/**
 * Flags, environment and an optional file become typed {@link dev.sessionstore.settings.Settings}; every fault is
 * reported at once. {@link dev.sessionstore.settings.Catalogue} is the one list of what can be set.
 */
@NullMarked
package dev.sessionstore.settings;

import org.jspecify.annotations.NullMarked;
