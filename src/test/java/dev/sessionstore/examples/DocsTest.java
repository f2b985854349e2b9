package dev.sessionstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.testing.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each Java block of the docs is a marked part of a source that compiles, and each part is shown. */
class DocsTest {
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PART =
            Pattern.compile("^ *// begin: (.*)\\n((?s:.*?)^ *)// end: \\1$", Pattern.MULTILINE);

    @ParameterizedTest
    @CsvSource({"README.md, Shop", "docs/client.md, ClientGuide"})
    void showsThisVeryCode(String document, String source) throws IOException {
        String code = Files.readString(Path.of("src/test/java/dev/sessionstore/examples/" + source + ".java"));
        assertThat(found(BLOCK, Files.readString(Path.of(document))).map(block -> block.group(1)))
                .isNotEmpty()
                .isEqualTo(parts(code));
    }

    private static List<String> parts(String code) {
        return found(PART, code).map(part -> part.group(2).stripIndent()).toList();
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    @Test
    void theFakeDoesWhatTheGuideSays() {
        ClientGuide.tests(new MutableClock());
    }
}
