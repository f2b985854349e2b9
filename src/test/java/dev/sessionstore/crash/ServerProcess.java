package dev.sessionstore.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The runnable jar in a process of its own, which a test may freeze and kill. Closing kills it. */
final class ServerProcess implements AutoCloseable {
    private static final String JAR =
            Path.of("target", "session-store-server.jar").toAbsolutePath().toString();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Pattern LISTENS = Pattern.compile("session-store listens on (http://\\S+)");
    private static final long PATIENCE_MILLIS = 30_000;

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private ServerProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
    }

    /** Starts the program, and waits for nothing. */
    static ServerProcess launch(Map<String, String> settings) throws IOException {
        // These flags halve the start; a server that lives for a second has no use for the better compiler.
        ProcessBuilder builder = new ProcessBuilder(
                        JAVA, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx512m", "-jar", JAR)
                .redirectErrorStream(true);
        // Nothing of the environment the tests run in.
        builder.environment().keySet().removeIf(name -> name.startsWith("SESSION_STORE_"));
        builder.environment().put("SESSION_STORE_PORT", "0");
        builder.environment().put("SESSION_STORE_DRAIN_DELAY", "0s");
        builder.environment().putAll(settings);
        ServerProcess server = new ServerProcess(builder.start());
        server.reader.start();
        return server;
    }

    /** Starts the program and waits until it is ready; one that is not within 30 seconds is killed. */
    static ServerProcess start(Map<String, String> settings) throws IOException, InterruptedException {
        ServerProcess server = launch(settings);
        try {
            server.awaitReady();
            return server;
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
    }

    /** @throws AssertionError with all it printed, if it ends or does not become ready */
    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new AssertionError("the server ended with " + awaitExit() + " at its start:\n" + output());
            }
            if (System.currentTimeMillis() > deadline) {
                throw new AssertionError("the server is not ready after 30 s:\n" + output());
            }
            Thread.sleep(5);
        }
    }

    private boolean isReady() throws IOException {
        if (!LISTENS.matcher(output()).find()) {
            return false;
        }
        try (Connection connection = connect()) {
            return connection.send("GET", "/health/ready", null).status() == 200;
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI uri() {
        Matcher listens = LISTENS.matcher(output());
        if (!listens.find()) {
            throw new AssertionError("the server does not listen:\n" + output());
        }
        return URI.create(listens.group(1));
    }

    Connection connect() throws IOException {
        return new Connection(uri());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All it printed so far, both streams. */
    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** SIGKILL; the process is gone when this returns. */
    void kill() throws InterruptedException {
        // Not Process.destroyForcibly, which closes the stream to be read.
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /** SIGTERM. @return the exit code */
    int terminate() throws InterruptedException {
        process.toHandle().destroy();
        return awaitExit();
    }

    /** SIGSTOP; no thread of it runs when this returns. */
    void freeze() throws IOException, InterruptedException {
        Shell.run("kill", "-STOP", String.valueOf(pid()));
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!isFrozen()) {
            if (System.currentTimeMillis() > deadline) {
                throw new AssertionError("process " + pid() + " does not stop");
            }
            Thread.sleep(2);
        }
    }

    /** A thread within fdatasync finishes that first. */
    private boolean isFrozen() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /** @return the exit code, with all that was printed read */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("process " + pid() + " does not end:\n" + output());
        }
        reader.join(PATIENCE_MILLIS);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        try {
            process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
