package dev.sessionstore.settings;

/**
 * A value as somebody gave it.
 *
 * @param source how a fault names it: {@code --port}, {@code SESSION_STORE_PORT}, {@code config.yaml: port}
 */
record Given(String text, String source) {}
