/**
 * What all backends share: the rules of a session store, once ({@link dev.sessionstore.store.EngineStore}), over what an
 * engine must do ({@link dev.sessionstore.store.Engine}); the record format; the circuit breaker. A backend is an engine
 * that passes {@code SessionStoreContract}.
 */
@NullMarked
package dev.sessionstore.store;

import org.jspecify.annotations.NullMarked;
