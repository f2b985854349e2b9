package dev.sessionstore.http;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The REST tests once more, on another backend: a part of them, or with {@code -Drest=all} all of them. Tests
 * tagged {@link #MEMORY} are about the memory store alone.
 */
public abstract class RestContract {
    public static final String MEMORY = "memory";

    private static final List<Class<?>> USUAL = List.of(
            CreateTest.class,
            PutCreatesTest.class,
            PatchTest.class,
            DeleteTest.class,
            ExpiryTest.class,
            RotateTest.class,
            RotateRepeatTest.class,
            ListTest.class,
            RevokeTest.class,
            HandlesTest.class,
            StatsTest.class);

    private final String backend;

    /** @param backend a name that {@link dev.sessionstore.testing.engines.TestEngine} knows */
    protected RestContract(String backend) {
        this.backend = backend;
    }

    /** Tags of tests about capabilities that the backend lacks. */
    protected String[] lacking() {
        return new String[0];
    }

    private record Ran(String name, TestExecutionResult result) {}

    @TestFactory
    Stream<DynamicTest> rest() {
        String before = System.getProperty("backend");
        System.setProperty("backend", backend);
        try {
            List<Ran> ran = run();
            if (ran.isEmpty()) {
                throw new IllegalStateException("no test was found");
            }
            return ran.stream()
                    .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                        if (each.result().getThrowable().isPresent()) {
                            throw each.result().getThrowable().get();
                        }
                    }));
        } finally {
            if (before == null) {
                System.clearProperty("backend");
            } else {
                System.setProperty("backend", before);
            }
        }
    }

    private List<Ran> run() {
        List<String> without = new ArrayList<>(List.of(lacking()));
        without.add(MEMORY);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors())
                .filters(ClassNameFilter.excludeClassNamePatterns(".*RestTest"), TagFilter.excludeTags(without))
                .build();
        List<Ran> ran = new ArrayList<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                // A class whose preparation fails is told as a container alone.
                if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    ran.add(new Ran(test.getLegacyReportingName() + " " + test.getUniqueId(), result));
                }
            }
        });
        return ran;
    }

    private static List<? extends DiscoverySelector> selectors() {
        return System.getProperty("rest", "").equals("all")
                ? List.of(selectPackage(RestContract.class.getPackageName()))
                : USUAL.stream().map(type -> selectClass(type)).toList();
    }
}
