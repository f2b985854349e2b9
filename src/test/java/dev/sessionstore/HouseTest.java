package dev.sessionstore;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sessionstore.core.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house: which room may use which, and which library. */
class HouseTest {
    private static final String HOUSE = "dev.sessionstore.";

    /** What every room may use. */
    private static final List<String> EVERYWHERE = List.of("java..", "javax..", "org.slf4j..", "org.jspecify..");

    private record Room(List<String> ours, List<String> libraries) {}

    private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");

    private static final List<String> HTTP_CLIENT_AND_JACKSON = List.of("org.apache.hc..", "com.fasterxml.jackson..");

    private static final Map<String, Room> ROOMS = Map.ofEntries(
            Map.entry("core", new Room(List.of(), List.of())),
            Map.entry("wire", new Room(List.of(), JACKSON)),
            Map.entry("settings", new Room(List.of("core"), List.of("picocli..", "org.snakeyaml.engine.."))),
            Map.entry("store", new Room(List.of("core"), List.of("io.github.resilience4j.circuitbreaker.."))),
            Map.entry(
                    "store.memory",
                    new Room(
                            List.of("core", "store", "store.memory.disk"),
                            List.of("com.github.benmanes.caffeine..", "com.sun.management"))),
            Map.entry("store.memory.disk", new Room(List.of("core"), List.of())),
            Map.entry(
                    "store.redis",
                    new Room(
                            List.of("core", "store"),
                            List.of("io.lettuce..", "io.netty..", "com.github.benmanes.caffeine.."))),
            Map.entry("store.jdbc", new Room(List.of("core", "store"), List.of("com.zaxxer.hikari.."))),
            Map.entry(
                    "store.memcached",
                    new Room(
                            List.of("core", "store"),
                            List.of("net.rubyeye.xmemcached..", "com.google.code.yanf4j.core.."))),
            Map.entry("store.mongodb", new Room(List.of("core", "store"), List.of("com.mongodb..", "org.bson.."))),
            Map.entry("store.file", new Room(List.of("core", "store"), List.of())),
            Map.entry("store.none", new Room(List.of("core", "store"), List.of())),
            Map.entry("metrics", new Room(List.of("core"), List.of("io.micrometer..", "io.prometheus.."))),
            Map.entry(
                    "http",
                    new Room(
                            List.of("core", "wire"),
                            List.of("io.javalin..", "kotlin..", "org.eclipse.jetty..", "jakarta.servlet.."))),
            Map.entry("client", new Room(List.of("wire"), HTTP_CLIENT_AND_JACKSON)),
            Map.entry("client.servlet", new Room(List.of("client", "wire"), List.of("jakarta.servlet.."))),
            Map.entry(
                    "client.spring",
                    new Room(List.of("client", "wire"), List.of("org.springframework..", "com.fasterxml.jackson.."))),
            Map.entry(
                    "client.jetty",
                    new Room(List.of("client", "wire"), List.of("org.eclipse.jetty..", "com.fasterxml.jackson.."))),
            Map.entry(
                    "server",
                    new Room(
                            List.of(
                                    "core",
                                    "wire",
                                    "settings",
                                    "store",
                                    "store.memory",
                                    "store.memory.disk",
                                    "store.redis",
                                    "store.jdbc",
                                    "store.memcached",
                                    "store.mongodb",
                                    "store.file",
                                    "store.none",
                                    "metrics",
                                    "http"),
                            List.of("picocli..", "org.eclipse.jetty..", "io.javalin.."))));

    private static JavaClasses house;

    @BeforeAll
    static void open() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.sessionstore");
    }

    @Test
    void everyPackageIsARoom() {
        TreeSet<String> packages = new TreeSet<>();
        for (JavaClass type : house) {
            packages.add(type.getPackageName().substring(HOUSE.length()));
        }
        assertThat(packages).isEqualTo(new TreeSet<>(ROOMS.keySet()));
    }

    @TestFactory
    Stream<DynamicTest> aRoomUsesOnlyWhatItMay() {
        return ROOMS.entrySet().stream()
                .map(room -> DynamicTest.dynamicTest(room.getKey(), () -> check(room.getKey(), room.getValue())));
    }

    private static void check(String name, Room room) {
        List<String> allowed = new ArrayList<>(EVERYWHERE);
        allowed.add(HOUSE + name);
        room.ours().forEach(other -> allowed.add(HOUSE + other));
        allowed.addAll(room.libraries());
        classes()
                .that()
                .resideInAPackage(HOUSE + name)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new))
                        .or(JavaClass.Predicates.equivalentTo(Object.class))
                        .or(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "are primitive",
                                type -> type.getBaseComponentType().isPrimitive())))
                .check(house);
    }

    @Test
    void idsStopAtTheDoor() {
        noClasses()
                .that(resideOutsideOfPackages(HOUSE + "core", HOUSE + "http", HOUSE + "client.."))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SessionId.class)
                .check(house);
    }

    @Test
    void nobodyReadsTheSystemClockButTheServer() {
        noClasses()
                .that(resideOutsideOfPackages(HOUSE + "server"))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(house);
    }
}
