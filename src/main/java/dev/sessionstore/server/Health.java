package dev.sessionstore.server;

import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;

/** {@code health} asks the service on this machine whether it lives, for containers without curl. */
final class Health {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String LIVE = "/health/live";

    private Health() {}

    /** @return the exit code: 0 if it lives, else 1 */
    static int run(Settings settings, PrintStream out, PrintStream err) {
        LocalServer server = LocalServer.withoutKey(settings, PATIENCE);
        URI uri = server.uri(LIVE);
        try {
            int status = server.send("GET", LIVE).statusCode();
            (status == 200 ? out : err).println("health: " + uri + " answers " + status);
            return status == 200 ? Main.EXIT_OK : Main.EXIT_FAILED;
        } catch (IOException e) {
            if (server.asksForCertificate(e)) {
                // That we are told so is a sign of life.
                out.println("health: " + uri + " asks for a client certificate, so it lives");
                return Main.EXIT_OK;
            }
            err.println("health: " + uri + " does not answer: " + LocalServer.problem(e));
            return Main.EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.EXIT_FAILED;
        }
    }
}
