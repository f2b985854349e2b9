package dev.sessionstore.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs the system's own tools. */
public final class Shell {
    private Shell() {}

    /**
     * @return what it printed, without white space around it
     * @throws IOException with what it printed, if it fails
     */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + printed);
        }
        return printed;
    }
}
