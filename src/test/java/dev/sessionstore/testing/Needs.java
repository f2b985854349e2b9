package dev.sessionstore.testing;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks a test that needs programs or rights beyond a JDK. Where one is missing it is skipped, with what to do as the reason;
 * with {@code SESSION_STORE_TESTS=all} in the environment it runs, and fails, instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.Condition.class)
public @interface Needs {
    /** Names of programs on the PATH. */
    String[] value();

    /** How to get them: {@code apt-get install redis-server}. */
    String remedy();

    /** Whether it mounts file systems, from image files too. */
    boolean root() default false;

    /** Looks for the programs and the rights. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<Needs> needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
            if (needs.isEmpty() || "all".equals(System.getenv("SESSION_STORE_TESTS"))) {
                return ConditionEvaluationResult.enabled("nothing to look for");
            }
            List<String> missing = new ArrayList<>();
            for (String program : needs.get().value()) {
                if (!isOnPath(program)) {
                    missing.add(program);
                }
            }
            if (needs.get().root() && !mayMount()) {
                missing.add("root's right to mount, and loop devices");
            }
            return missing.isEmpty()
                    ? ConditionEvaluationResult.enabled("all there")
                    : ConditionEvaluationResult.disabled("needs " + String.join(", ", missing) + ": "
                            + needs.get().remedy());
        }

        /** Root within a container often may not. */
        private static boolean mayMount() {
            try {
                return Files.exists(Path.of("/dev/loop-control"))
                        && Files.readAllLines(Path.of("/proc/self/status")).stream()
                                .filter(line -> line.startsWith("CapEff:"))
                                .anyMatch(line -> (Long.parseUnsignedLong(
                                                                line.substring(7)
                                                                        .strip(),
                                                                16)
                                                        >> 21
                                                & 1)
                                        == 1);
            } catch (IOException e) {
                return false;
            }
        }

        private static boolean isOnPath(String program) {
            String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
            return java.util.Arrays.stream(path.split(File.pathSeparator))
                    .anyMatch(folder -> new File(folder, program).canExecute());
        }
    }
}
