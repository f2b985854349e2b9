package dev.sessionstore.server;

import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.http.InvalidKeysException;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Secret;
import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys that count now: that of the settings, and those of the keys file as it last was good. Thread-safe. */
final class KeysInForce implements Supplier<ApiKeys> {
    private final ApiKeys fromSettings;
    private final @Nullable WatchedFiles watched;
    private volatile ApiKeys keys;

    /** @throws InvalidSettingsException if the keys file is broken, with every fault */
    KeysInForce(Settings.Access access) {
        Secret key = access.apiKey();
        fromSettings = key == null ? ApiKeys.none() : ApiKeys.ofAdminKey(key.reveal());
        Path file = access.apiKeysFile();
        if (file == null) {
            keys = fromSettings;
            watched = null;
            return;
        }
        try {
            List<Path> files = List.of(file);
            List<byte[]> contents = WatchedFiles.read(files);
            keys = parse(contents.get(0), file);
            watched = new WatchedFiles(files, contents, changed -> keys = parse(changed.get(0), file));
        } catch (InvalidKeysException e) {
            throw new InvalidSettingsException(e.faults());
        } catch (IOException e) {
            throw new InvalidSettingsException(List.of("api-keys-file: " + WatchedFiles.problem(e)));
        }
    }

    /** A file without a key is refused: it is one that is being written, and without keys everybody could come in. */
    private ApiKeys parse(byte[] content, Path file) {
        ApiKeys parsed = ApiKeys.parse(new String(content, StandardCharsets.UTF_8), file.toString());
        if (parsed.isEmpty()) {
            throw new InvalidKeysException(List.of(file + ": has no key; new-key makes one and its line"));
        }
        return fromSettings.and(parsed);
    }

    @Override
    public ApiKeys get() {
        return keys;
    }

    /** The keys file, to be looked at from time to time; null: there is none. */
    @Nullable WatchedFiles watched() {
        return watched;
    }
}
