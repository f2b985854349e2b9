package dev.sessionstore.metrics;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Count;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.RequestObserver;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Tombstone;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * All figures of the process. Label values are bounded: route templates, known verbs, and the first
 * {@value #MAX_NAMESPACES} namespaces; later ones count as {@code other}. Thread-safe.
 */
public final class Metrics implements SessionObserver, RequestObserver, BackendObserver, AutoCloseable {
    static final int MAX_NAMESPACES = 100;
    private static final String OTHER = "other";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final Map<String, String> namespaces = new ConcurrentHashMap<>();
    /** By event, by the namespace's label: both are few. */
    private final Map<String, Map<String, Counter>> counters = new ConcurrentHashMap<>();

    /** Of exchanges with an engine, by operation and outcome. */
    private final Map<String, Timer> calls = new ConcurrentHashMap<>();

    private final Counter unreadable = Counter.builder("session_store_backend_unreadable")
            .description("Records in the engine that could not be read")
            .register(registry);
    private final RequestTimes requests = new RequestTimes();
    private final MultiGauge live = MultiGauge.builder("session_store_sessions")
            .description("Live sessions")
            .register(registry);
    private final MultiGauge bytes = MultiGauge.builder("session_store_session_bytes")
            .description("Estimated memory of live sessions")
            .register(registry);
    private final List<Supplier<Number>> asked = new CopyOnWriteArrayList<>();
    private Supplier<Map<String, Count.Counted>> counts = Map::of;

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collector.bindTo(registry);
        registry.getPrometheusRegistry().register(requests);
    }

    /** Where the live figures come from, asked at each scrape. */
    public void countBy(Supplier<Map<String, Count.Counted>> source) {
        counts = source;
    }

    /** A figure that is read at each scrape. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** @param name without {@code _total}, which Prometheus' format adds */
    public void counter(String name, String description, Supplier<Number> value) {
        FunctionCounter.builder(name, value, each -> each.get().doubleValue())
                .description(description)
                .register(registry);
        // Micrometer holds what it asks weakly.
        asked.add(value);
    }

    @Override
    public void created(Session session) {
        count(session.namespace(), "created");
    }

    @Override
    public void removed(Session last, Reason why) {
        count(last.namespace(), why.word());
    }

    @Override
    public void tombstoneDropped(Tombstone tombstone) {
        count(tombstone.namespace(), "tombstone-dropped");
    }

    private void count(String namespace, String event) {
        counters.computeIfAbsent(event, absent -> new ConcurrentHashMap<>())
                .computeIfAbsent(
                        labelOf(namespace),
                        label -> Counter.builder("session_store_session_events")
                                .description("What happened to sessions")
                                .tag("namespace", label)
                                .tag("event", event)
                                .register(registry))
                .increment();
    }

    private String labelOf(String namespace) {
        String known = namespaces.get(namespace);
        if (known != null) {
            return known;
        }
        return namespaces.size() < MAX_NAMESPACES ? namespaces.computeIfAbsent(namespace, name -> name) : OTHER;
    }

    @Override
    public void answered(String verb, String route, int status, long nanos) {
        requests.add(verb, route, status, nanos);
    }

    @Override
    public void unreadable() {
        unreadable.increment();
    }

    @Override
    public void called(String operation, long nanos, boolean failed) {
        calls.computeIfAbsent(
                        operation + (failed ? "!" : ""),
                        absent -> Timer.builder("session_store_backend_seconds")
                                .description("Exchanges with the engine")
                                .tag("operation", operation)
                                .tag("outcome", failed ? "failed" : "answered")
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** In Prometheus' text format. */
    public String scrape() {
        Map<String, Count.Counted> byLabel = new TreeMap<>();
        counts.get()
                .forEach((namespace, counted) -> byLabel.merge(
                        labelOf(namespace),
                        counted,
                        (a, b) -> new Count.Counted(a.sessions() + b.sessions(), a.bytes() + b.bytes())));
        List<MultiGauge.Row<?>> liveRows = new ArrayList<>();
        List<MultiGauge.Row<?>> byteRows = new ArrayList<>();
        byLabel.forEach((label, counted) -> {
            Tags tags = Tags.of("namespace", label);
            liveRows.add(MultiGauge.Row.of(tags, counted.sessions()));
            byteRows.add(MultiGauge.Row.of(tags, counted.bytes()));
        });
        live.register(liveRows, true);
        bytes.register(byteRows, true);
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
