/** What all backends share. A backend is one class that passes {@code SessionStoreContract}. */
@NullMarked
package dev.sessionstore.store;

import org.jspecify.annotations.NullMarked;
