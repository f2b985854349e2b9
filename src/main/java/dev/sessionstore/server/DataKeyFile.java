package dev.sessionstore.server;

import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.disk.DataKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file with the keys that sessions are encrypted with on disk. */
final class DataKeyFile {
    private DataKeyFile() {}

    /**
     * @return null if there is no such file in the settings
     * @throws InvalidSettingsException if it is broken; nothing of it is quoted
     */
    static @Nullable DataKeys read(Settings.Disk disk) {
        Path file = disk.keyFile();
        if (file == null) {
            return null;
        }
        try {
            byte[] content = WatchedFiles.read(List.of(file)).get(0);
            return DataKeys.parse(new String(content, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingsException(List.of("data-key-file: " + file + ": " + e.getMessage()));
        } catch (IOException e) {
            throw new InvalidSettingsException(List.of("data-key-file: " + WatchedFiles.problem(e)));
        }
    }
}
