package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.http.ApiKeys;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysInForceTest {
    private static final String ROOT = "root-key-root-key-root-key-root-key";

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("keys"), text);
    }

    private static String line(String key) {
        return ApiKeys.hash(key) + " read shop\n";
    }

    private static KeysInForce keys(Path file) {
        return new KeysInForce(Settings.of(Map.of("api-key", ROOT, "api-keys-file", file.toString()), null)
                .access());
    }

    @Test
    void aChangedFileIsInForceBesideTheKeyOfTheSettings() throws IOException {
        KeysInForce keys = keys(file(line("old")));
        file(line("new"));
        keys.watched().check();

        assertThat(keys.get().find("old")).isNull();
        assertThat(keys.get().find("new")).isNotNull();
        assertThat(keys.get().find(ROOT)).isNotNull();
    }

    @Test
    void aBrokenOrEmptyNewFileKeepsTheOldKeys() throws IOException {
        KeysInForce keys = keys(file(line("old")));
        file(line("new") + "broken\n");
        keys.watched().check();
        assertThat(keys.get().find("old")).isNotNull();
        assertThat(keys.get().find("new")).isNull();

        file("");
        keys.watched().check();
        assertThat(keys.get().find("old")).isNotNull();
    }

    @Test
    void aStartWithABrokenOrEmptyFileIsRefused() throws IOException {
        Path broken = file("broken\n");
        assertThatThrownBy(() -> keys(broken))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(broken + ": line 1");
        Path empty = file("# none\n");
        assertThatThrownBy(() -> keys(empty)).hasMessageContaining("has no key");
    }

    @Test
    void withoutAFileNothingIsWatched() {
        KeysInForce keys = new KeysInForce(Settings.of(Map.of(), null).access());

        assertThat(keys.get().isEmpty()).isTrue();
        assertThat(keys.watched()).isNull();
    }
}
