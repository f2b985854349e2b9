package dev.sessionstore.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runnable jar in a process of its own, which a test may freeze and kill. Closing kills it. */
public final class ServerProcess implements AutoCloseable {
    private static final String JAR =
            Path.of("target", "session-store-server.jar").toAbsolutePath().toString();
    private static final String TEST_CLASSES =
            Path.of("target", "test-classes").toAbsolutePath().toString();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Pattern LISTENS = Pattern.compile("session-store listens on (http://\\S+)");
    private static final long PATIENCE_MILLIS = 60_000;

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private ServerProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
    }

    /** Starts the program, and waits for nothing. */
    public static ServerProcess launch(Map<String, String> settings) throws IOException {
        return launch(List.of("-jar", JAR), settings);
    }

    /**
     * Starts a main class of the tests on the jar, and waits for nothing.
     *
     * @param arguments for the class
     */
    public static ServerProcess launch(Class<?> main, List<String> arguments, Map<String, String> settings)
            throws IOException {
        List<String> program = new ArrayList<>(List.of("-cp", JAR + File.pathSeparator + TEST_CLASSES, main.getName()));
        program.addAll(arguments);
        return launch(program, settings);
    }

    private static ServerProcess launch(List<String> program, Map<String, String> settings) throws IOException {
        // These flags halve the start; a server that lives for a second has no use for the better compiler.
        List<String> command = new ArrayList<>(
                List.of(JAVA, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx512m"));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Nothing of the environment the tests run in.
        builder.environment().keySet().removeIf(name -> name.startsWith("SESSION_STORE_"));
        builder.environment().put("SESSION_STORE_PORT", "0");
        builder.environment().put("SESSION_STORE_DRAIN_DELAY", "0s");
        builder.environment().putAll(settings);
        ServerProcess server = new ServerProcess(builder.start());
        server.reader.start();
        return server;
    }

    /** Starts the program and waits until it is ready; one that is not within 60 seconds is killed. */
    public static ServerProcess start(Map<String, String> settings) throws IOException, InterruptedException {
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
    public void awaitReady() throws IOException, InterruptedException {
        await("ready", this::isReady);
    }

    /** Waits until it answers at all, ready or not. */
    public void awaitListening() throws IOException, InterruptedException {
        await("listening", this::isListening);
    }

    private interface Question {
        boolean ask() throws IOException;
    }

    private void await(String what, Question question) throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!question.ask()) {
            if (!process.isAlive()) {
                throw new AssertionError("the server ended with " + awaitExit() + " at its start:\n" + output());
            }
            if (System.currentTimeMillis() > deadline) {
                throw new AssertionError("the server is not " + what + " after 60 s:\n" + output());
            }
            Thread.sleep(5);
        }
    }

    private boolean isListening() {
        return LISTENS.matcher(output()).find();
    }

    private boolean isReady() throws IOException {
        return isListening() && health("ready") == 200;
    }

    /** @param of {@code live} or {@code ready} */
    public int health(String of) throws IOException {
        try (Connection connection = connect()) {
            return connection.send("GET", "/health/" + of, null).status();
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

    public URI uri() {
        Matcher listens = LISTENS.matcher(output());
        if (!listens.find()) {
            throw new AssertionError("the server does not listen:\n" + output());
        }
        return URI.create(listens.group(1));
    }

    public Connection connect() throws IOException {
        return new Connection(uri());
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All it printed so far, both streams. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** SIGKILL; the process is gone when this returns. */
    public void kill() throws InterruptedException {
        // Not Process.destroyForcibly, which closes the stream to be read.
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /** SIGTERM. @return the exit code */
    public int terminate() throws InterruptedException {
        process.toHandle().destroy();
        return awaitExit();
    }

    /** SIGSTOP; no thread of it runs when this returns. */
    public void freeze() throws IOException, InterruptedException {
        Signals.stop(pid());
    }

    /** @return the exit code, with all that was printed read */
    public int awaitExit() throws InterruptedException {
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
