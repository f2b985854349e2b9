package dev.sessionstore.store.memory.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Policies;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an earlier version wrote down is read by this one. */
class GoldenDirectoriesTest {
    private static Path golden(String name) throws URISyntaxException {
        URL resource = GoldenDirectoriesTest.class.getResource("/golden/" + name);
        return Path.of(Objects.requireNonNull(resource, name).toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-plain", "v1-encrypted"})
    void whatAnEarlierVersionWroteIsReadInEveryField(String name) throws Exception {
        DataKeys keys = DataKeys.parse(Files.readString(golden(name + ".key.txt")));
        PlainImage image = new PlainImage();
        Recovered found = new Recovery(new DirectoryStorage(golden(name)), keys, image).read();
        assertThat(found.torn()).isNull();
        assertThat(found.last()).isEqualTo(80);
        String expected = Files.readString(golden(name + ".expected.txt"), StandardCharsets.UTF_8);
        assertThat(GoldenDirectories.listing(Told.of(image))).isEqualTo(expected);
        Map<String, String> live = new TreeMap<>();
        DataAtRest.Report report = DataAtRest.read(
                golden(name),
                keys,
                Policies.allDefault(),
                Changes.NOW + 80,
                each -> live.put(each.key().handle(), Told.of(each)));
        List<String> sessions =
                expected.lines().filter(line -> !line.startsWith("gone")).toList();
        assertThat(GoldenDirectories.listing(live).lines()).containsExactlyElementsOf(sessions);
        assertThat(report.sessions()).isEqualTo(sessions.size());
    }

    @Test
    void theFormatIsStillTheOneOfTheGoldenDirectories(@TempDir Path temporary) throws IOException, URISyntaxException {
        // When this fails the format changed: raise FileHeader.VERSION and add directories for it; keep the old ones.
        GoldenDirectories.write(temporary, "v1-plain", "plain");
        GoldenDirectories.write(temporary, "v1-encrypted", GoldenDirectories.TEST_KEY);
        for (String name : List.of("v1-plain", "v1-encrypted")) {
            for (String file : new DirectoryStorage(temporary.resolve(name)).names()) {
                assertThat(Files.readAllBytes(golden(name).resolve(file)))
                        .isEqualTo(Files.readAllBytes(temporary.resolve(name).resolve(file)));
            }
        }
    }
}
