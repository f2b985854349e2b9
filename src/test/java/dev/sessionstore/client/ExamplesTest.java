package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the docstrings, taken from there, compiled, and where they do something, run. */
class ExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\\R(.*?)\\R *\\* }</pre>", Pattern.DOTALL);

    @TempDir
    Path directory;

    private static String exampleOf(Class<?> type) throws IOException {
        return exampleIn(type.getName());
    }

    private static String exampleIn(String name) throws IOException {
        String source = Files.readString(Path.of("src/main/java", name.replace('.', '/') + ".java"));
        Matcher example = EXAMPLE.matcher(source);
        assertThat(example.find()).as("an example in " + name).isTrue();
        return example.group(1).replaceAll("(?m)^ *\\* ?", "");
    }

    /** As a user's class has it: in a package of its own. */
    private Runnable compiled(String statements) throws Exception {
        Path file = Files.writeString(directory.resolve("Example.java"), """
                import dev.sessionstore.client.*;
                import java.net.URI;
                import java.time.InstantSource;
                import java.util.*;

                public class Example implements Runnable {
                    static class Cart {}
                    Cart cart = new Cart();
                    InstantSource clock = InstantSource.system();
                    Object example;

                    @Override
                    public void run() {
                        %s
                    }
                }
                """.formatted(statements));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean fine = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", directory.toString()),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(fine).as(said + "\n" + statements).isTrue();
        URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        return (Runnable) loader.loadClass("Example").getDeclaredConstructor().newInstance();
    }

    private static String outputOf(Runnable example) {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8).strip();
    }

    private String outputOverAServer(String example) throws Exception {
        try (TestServer server = TestServer.start()) {
            String here = example.replace("http://localhost:8080", server.uri().toString());
            assertThat(here).isNotEqualTo(example);
            return outputOf(compiled(here));
        }
    }

    @Test
    void thePackagesExampleRuns() throws Exception {
        assertThat(outputOverAServer(exampleIn("dev.sessionstore.client.package-info")))
                .isEqualTo("user-42 at step 1");
    }

    @Test
    void theClientsExampleRuns() throws Exception {
        assertThat(outputOverAServer(exampleOf(SessionClient.class))).isEqualTo("2");
    }

    @Test
    void theBuildersExamplesRun() throws Exception {
        for (Class<?> type : List.of(NewSession.class, SessionPatch.class)) {
            compiled("example = " + exampleOf(type) + ";").run();
        }
        String codec = exampleOf(TypedJsonCodec.class);
        assertThat(codec).contains("\"com.example.shop.model\"");
        compiled("example = " + codec + ";").run();
    }

    @Test
    void theFakesExampleRuns() throws Exception {
        compiled(exampleOf(FakeSessionStore.class).replace("...", "")).run();
    }
}
