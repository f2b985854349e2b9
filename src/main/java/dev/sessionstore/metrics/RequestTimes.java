package dev.sessionstore.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How long answers took. Not a timer of Micrometer's, which costs each request twice as much: it keeps its histogram in
 * windows of time, too, which nobody asks for. Thread-safe.
 */
final class RequestTimes implements MultiCollector {
    private static final String NAME = "session_store_request_seconds";
    private static final String HELP = "Time from a request's head to its answer";
    private static final double NANOS = 1e9;
    private static final long[] UPPER_NANOS = {
        250_000, 1_000_000, 5_000_000, 25_000_000, 100_000_000, 500_000_000, 2_500_000_000L
    };
    private static final long MAX_WINDOW_MILLIS = 60_000;
    private static final int MAX_WINDOWS = 2;
    private static final Times[] NONE = {};

    /** Of one kind of answer. */
    private static final class Times {
        final String verb;
        final String route;
        final int status;
        /** By the first bound that is no less; the last one is for what is longer. */
        final LongAdder[] counts = new LongAdder[UPPER_NANOS.length + 1];

        final LongAdder nanos = new LongAdder();
        final TimeWindowMax max = new TimeWindowMax(Clock.SYSTEM, MAX_WINDOW_MILLIS, MAX_WINDOWS);

        Times(String verb, String route, int status) {
            this.verb = verb;
            this.route = route;
            this.status = status;
            Arrays.setAll(counts, i -> new LongAdder());
        }

        void add(long took) {
            int bucket = 0;
            while (bucket < UPPER_NANOS.length && took > UPPER_NANOS[bucket]) {
                bucket++;
            }
            counts[bucket].increment();
            nanos.add(took);
            max.record(took);
        }

        Labels labels() {
            return Labels.of("route", route, "status", Integer.toString(status), "verb", verb);
        }
    }

    /** A route has few kinds of answers: searched, not hashed. Never changed in place. */
    private final ConcurrentMap<String, Times[]> byRoute = new ConcurrentHashMap<>();

    void add(String verb, String route, int status, long nanos) {
        Times times = find(byRoute.getOrDefault(route, NONE), verb, status);
        if (times == null) {
            Times[] known = byRoute.compute(route, (same, before) -> with(before, verb, route, status));
            times = Objects.requireNonNull(find(known, verb, status));
        }
        times.add(nanos);
    }

    private static @Nullable Times find(Times[] known, String verb, int status) {
        for (Times each : known) {
            if (each.status == status && each.verb.equals(verb)) {
                return each;
            }
        }
        return null;
    }

    private static Times[] with(Times @Nullable [] known, String verb, String route, int status) {
        Times[] before = known == null ? NONE : known;
        if (find(before, verb, status) != null) {
            return before;
        }
        Times[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = new Times(verb, route, status);
        return after;
    }

    @Override
    public MetricSnapshots collect() {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(NAME).help(HELP);
        GaugeSnapshot.Builder longest =
                GaugeSnapshot.builder().name(NAME + "_max").help(HELP);
        for (Times[] route : byRoute.values()) {
            for (Times each : route) {
                Labels labels = each.labels();
                histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .labels(labels)
                        .sum(each.nanos.sum() / NANOS)
                        .classicHistogramBuckets(buckets(each))
                        .build());
                longest.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(each.max.poll() / NANOS)
                        .build());
            }
        }
        return MetricSnapshots.of(histogram.build(), longest.build());
    }

    private static ClassicHistogramBuckets buckets(Times times) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < times.counts.length; i++) {
            double upper = i < UPPER_NANOS.length ? UPPER_NANOS[i] / NANOS : Double.POSITIVE_INFINITY;
            buckets.bucket(upper, times.counts[i].sum());
        }
        return buckets.build();
    }
}
