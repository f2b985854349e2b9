package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client and the libraries below it say, at their most talkative: no id, key, binding, principal or attribute. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretsTest {
    @Test
    void noLogAndNoFailureHoldsASecret() throws Exception {
        FaultServer.Fault reflects = exchange -> {
            String said = exchange.request() + new String(exchange.request().body(), StandardCharsets.UTF_8);
            Faults.of(200, "text/html", said.replaceAll("[^ -~]", "?")).answer(exchange);
        };
        try (TestServer service = TestServer.startWithKeys(Map.of());
                FaultServer fine = new FaultServer(Faults.pass(service.uri()));
                FaultServer junk = new FaultServer(reflects);
                FaultServer gone = new FaultServer(Faults.DROP);
                FaultServer busy = new FaultServer(Faults.problem(503, "overloaded", "Retry-After: 60"))) {
            String said = run(
                    fine.uri().toString(),
                    junk.uri().toString(),
                    gone.uri().toString(),
                    busy.uri().toString());
            // That it was talkative, and failed in all these ways.
            assertThat(said)
                    .contains("org.apache.hc.client5")
                    .contains(UnauthorizedException.class.getName(), "no answer of this service", "broke off")
                    .contains("as the script says");
            assertThat(said.toLowerCase(Locale.ROOT)).doesNotContain("secret-");
        }
    }

    private static String run(String... uris) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                TalkativeLogs.class.getName()));
        command.addAll(List.of(uris));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
