package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.settings.Catalogue;
import dev.sessionstore.testing.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README tells the truth. */
@Tag(RestContract.MEMORY)
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final String HERE = "http://127.0.0.1:8080";
    private static final String NEXT = "--next--";

    /** A command with what README shows it to print. */
    private record Step(String command, String output) {}

    @Test
    @Needs(
            value = {"bash", "curl", "sed", "tee"},
            remedy = "apt-get install curl")
    void theTourPrintsWhatItSays(@TempDir Path folder) throws IOException, InterruptedException {
        List<Step> tour = tour();
        assertThat(tour).hasSizeGreaterThan(10);
        try (TestServer server = TestServer.start()) {
            StringBuilder script = new StringBuilder();
            tour.forEach(step -> script.append(
                            step.command.replace(HERE, server.uri().toString()))
                    .append("\necho; echo ")
                    .append(NEXT)
                    .append('\n'));
            Process bash = new ProcessBuilder("bash", "-c", script.toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor()).isZero();
            String[] outputs = printed.split(NEXT + "\n", -1);
            for (int i = 0; i < tour.size(); i++) {
                assertThat(alike(outputs[i])).as(tour.get(i).command).isEqualTo(alike(tour.get(i).output));
            }
        }
    }

    private static List<Step> tour() throws IOException {
        List<Step> steps = new ArrayList<>();
        Matcher blocks = CONSOLE.matcher(Files.readString(README));
        while (blocks.find()) {
            if (blocks.group(1).contains("java -jar")) {
                continue;
            }
            for (String step : blocks.group(1).substring(2).split("\n\\$ ")) {
                int end = step.indexOf('\n');
                steps.add(end < 0 ? new Step(step, "") : new Step(step.substring(0, end), step.substring(end + 1)));
            }
        }
        return steps;
    }

    /** Without what differs from run to run: ids, handles, times, tags, request ids. */
    private static String alike(String output) {
        return output.replace("\r", "")
                .replaceAll("[A-Za-z0-9_-]{43}", "ID")
                .replaceAll("\"handle\":\"[A-Za-z0-9_-]{22}\"", "\"handle\":\"HANDLE\"")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "TIME")
                .replaceAll("Date: .*", "Date: DATE")
                .replaceAll("ETag: \"[0-9a-f]+-([0-9a-f]+)\"", "ETag: TAG-$1")
                .replaceAll("\"requestId\":\"[0-9a-f]+\"", "\"requestId\":\"REQUEST\"")
                .replaceAll("X-Request-Id: [0-9a-f]+", "X-Request-Id: REQUEST")
                .strip();
    }

    @Test
    void theSettingsTableIsTheCatalogues() throws IOException {
        assertThat(Files.readString(README)).contains(Catalogue.markdownTable().strip());
    }

    @Test
    void theTwoCommandsAreThere() throws IOException {
        assertThat(Files.readString(README)).contains("mvn -q compile exec:java", "mvn -q verify");
    }
}
