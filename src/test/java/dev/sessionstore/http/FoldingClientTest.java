package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.Needs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Clients that fold dots in a path before they send it must not reach another route. */
class FoldingClientTest extends ServerTest {
    private static final String NODE =
            "fetch(process.argv[1], {method: 'DELETE'}).then(answer => console.log(answer.status))";
    private static final String PYTHON =
            "import sys, requests; print(requests.delete(sys.argv[1], timeout=10).status_code)";

    @Test
    @Needs(value = "node", remedy = "apt-get install nodejs (18 or newer)")
    void nodesFetchDeletesNoSession() throws Exception {
        foldsAndDeletesNothing("node", "-e", NODE);
    }

    @Test
    @Needs(value = "python3", remedy = "apt-get install python3, pip install requests")
    void pythonsRequestsDeletesNoSession() throws Exception {
        foldsAndDeletesNothing("python3", "-c", PYTHON);
    }

    private void foldsAndDeletesNothing(String... command) throws Exception {
        Answer created = sessions.create().is(201);
        String attributes = server.uri() + "/v1/" + created.field("namespace").asText() + "/sessions/" + created.id()
                + "/attributes/";
        for (String name : new String[] {"%2e%2e", "..", "%2E%2E/", ".", "%2e", ""}) {
            String status = run(command, attributes + name);
            assertThat(status).as(name).isIn("400", "404", "405");
        }
        sessions.read(created.id()).is(200);
    }

    private static String run(String[] command, String url) throws Exception {
        String[] all = java.util.Arrays.copyOf(command, command.length + 1);
        all[command.length] = url;
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed.strip();
    }
}
