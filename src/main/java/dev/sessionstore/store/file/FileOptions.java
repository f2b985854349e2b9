package dev.sessionstore.store.file;

import java.nio.file.Path;

/**
 * Where the files are.
 *
 * @param threshold the most files; 0: as many as there are
 * @param mode as {@code chmod} takes it: 0600
 */
public record FileOptions(Path directory, int threshold, int mode) {}
