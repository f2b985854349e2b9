package dev.sessionstore.settings;

import java.util.Locale;

/**
 * One thing that can be set, under three names made from one: {@code idle-timeout} in the file, {@code --idle-timeout}
 * as a flag, {@code SESSION_STORE_IDLE_TIMEOUT} in the environment.
 *
 * @param fallback the value when nobody sets it, as text; empty: none
 * @param explanation one sentence for {@code --help} and the README
 * @param perNamespace whether the file may give a namespace a value of its own
 */
record Setting<T>(String name, Kind<T> kind, String fallback, String explanation, boolean perNamespace) {
    static final String VARIABLE_PREFIX = "SESSION_STORE_";

    static <T> Setting<T> of(String name, Kind<T> kind, String fallback, String explanation) {
        return new Setting<>(name, kind, fallback, explanation, false);
    }

    static <T> Setting<T> ofNamespace(String name, Kind<T> kind, String fallback, String explanation) {
        return new Setting<>(name, kind, fallback, explanation, true);
    }

    String flag() {
        return "--" + name;
    }

    String variable() {
        return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The default as people read it. */
    String shownFallback() {
        return fallback.isEmpty() ? "none" : fallback;
    }

    /** A value's text as it may be shown. */
    String shown(String text) {
        return text.isEmpty() ? "none" : kind.secret() ? Secret.MASK : text;
    }
}
