package dev.sessionstore.client;

import java.util.OptionalLong;
import java.util.Set;

/**
 * How a namespace stands.
 *
 * @param sessions how many live; empty where the store cannot count
 * @param bytes what they take in the store; empty where the store cannot count
 * @param store its kind: {@code memory}
 * @param capabilities what it can: {@code principal-index}, {@code scan}, {@code count}
 */
public record SessionStats(OptionalLong sessions, OptionalLong bytes, String store, Set<String> capabilities) {}
