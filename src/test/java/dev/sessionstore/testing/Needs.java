package dev.sessionstore.testing;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks a test that needs programs beyond a JDK. Where one is missing it is skipped, with what to do as the reason;
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

    /** Looks for the programs. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<Needs> needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
            if (needs.isEmpty() || "all".equals(System.getenv("SESSION_STORE_TESTS"))) {
                return ConditionEvaluationResult.enabled("nothing to look for");
            }
            List<String> missing = java.util.Arrays.stream(needs.get().value())
                    .filter(program -> !isOnPath(program))
                    .toList();
            return missing.isEmpty()
                    ? ConditionEvaluationResult.enabled("all there")
                    : ConditionEvaluationResult.disabled("needs " + String.join(", ", missing) + ": "
                            + needs.get().remedy());
        }

        private static boolean isOnPath(String program) {
            String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
            return java.util.Arrays.stream(path.split(File.pathSeparator))
                    .anyMatch(folder -> new File(folder, program).canExecute());
        }
    }
}
