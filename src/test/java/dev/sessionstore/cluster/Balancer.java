package dev.sessionstore.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** HAProxy as the cluster has it, with nodes of a test. Closing kills it. */
final class Balancer implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("deploy", "cluster", "haproxy.cfg");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port = FailingEngine.freePort();
    private final int statsPort = FailingEngine.freePort();
    private final int nodes;
    private final Process process;

    /** Waits until it finds all nodes ready. */
    Balancer(URI... nodes) throws IOException {
        this.nodes = nodes.length;
        Path file = Files.createTempFile(Path.of("target"), "haproxy-", ".cfg");
        Files.writeString(file, configuration(nodes));
        process = new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(file.getFileName() + ".log").toFile())
                .start();
        try {
            awaitAll();
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** Other addresses, no names to look up, and a page that tells who gets calls; the rest is what is delivered. */
    private String configuration(URI... nodes) throws IOException {
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < nodes.length; i++) {
            servers.append("    server test").append(i).append(' ');
            servers.append(nodes[i].getAuthority()).append('\n');
        }
        String text = Files.readString(CONFIGURATION)
                .replaceAll("(?m)^ +server .*\\n", "")
                .replaceAll("(?m)^resolvers .*\\n( .*\\n)*", "")
                .replaceAll("(?m)^( +default-server .*?)( resolvers .*)?\n", "$1\n" + servers);
        text = replaced(text, "bind :8080\n", "bind 127.0.0.1:" + port + "\n");
        text = replaced(
                text,
                "bind 127.0.0.1:8404\n",
                "bind 127.0.0.1:" + statsPort + "\n"
                        + "    http-request use-service prometheus-exporter if { path /metrics }\n");
        // Servers without keys hear nobody who calls them by another name.
        return replaced(text, "hdr Host nodes", "hdr Host localhost");
    }

    private static String replaced(String text, String old, String by) {
        if (!text.contains(old)) {
            throw new AssertionError(CONFIGURATION + " has no " + old);
        }
        return text.replace(old, by);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Until all nodes get calls. One may be ready long before the balancer has noticed. */
    void awaitAll() {
        Until.holds(PATIENCE, () -> "a node is down", () -> up() == nodes);
    }

    private long up() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("haproxy ended with " + process.exitValue());
        }
        URI page = URI.create("http://127.0.0.1:" + statsPort + "/metrics?scope=server");
        try (InputStream text = page.toURL().openStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("haproxy_server_status{"))
                    .filter(line -> line.contains("state=\"UP\"") && line.endsWith(" 1"))
                    .count();
        } catch (ConnectException starting) {
            return 0;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
