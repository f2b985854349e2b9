package dev.sessionstore.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Count;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    private static Session session(String namespace) {
        return Session.begin(new SessionKey(1, 2), namespace, 0).build();
    }

    @Test
    void countsWhatHappensToSessionsByNamespace() {
        metrics.created(session("shop"));
        metrics.created(session("shop"));
        for (Reason why : Reason.values()) {
            metrics.removed(session("shop"), why);
        }

        assertThat(metrics.scrape())
                .contains("session_store_session_events_total{event=\"created\",namespace=\"shop\"} 2.0")
                .contains("session_store_session_events_total{event=\"deleted\",namespace=\"shop\"} 1.0")
                .contains("session_store_session_events_total{event=\"expired\",namespace=\"shop\"} 1.0")
                .contains("session_store_session_events_total{event=\"revoked\",namespace=\"shop\"} 1.0")
                .contains("session_store_session_events_total{event=\"rotated\",namespace=\"shop\"} 1.0")
                .contains("session_store_session_events_total{event=\"evicted\",namespace=\"shop\"} 1.0");
    }

    @Test
    void asksForLiveFiguresAtEachScrape() {
        Map<String, Count.Counted> counts = new HashMap<>(Map.of("shop", new Count.Counted(3, 700)));
        metrics.countBy(() -> counts);
        assertThat(metrics.scrape())
                .contains("session_store_sessions{namespace=\"shop\"} 3.0")
                .contains("session_store_session_bytes{namespace=\"shop\"} 700.0");

        counts.remove("shop");
        assertThat(metrics.scrape()).doesNotContain("session_store_sessions{namespace=\"shop\"}");
    }

    @Test
    void namespacesBeyondTheBoundCountAsOther() {
        for (int i = 0; i < Metrics.MAX_NAMESPACES + 50; i++) {
            metrics.created(session("ns-" + i));
        }

        String scraped = metrics.scrape();
        assertThat(scraped.lines().filter(line -> line.startsWith("session_store_session_events_total{")))
                .hasSize(Metrics.MAX_NAMESPACES + 1);
        assertThat(scraped).contains("session_store_session_events_total{event=\"created\",namespace=\"other\"} 50.0");
    }

    @Test
    void timesRequestsByTemplateAndStatus() {
        metrics.answered("GET", "/v1/{namespace}/sessions/{id}", 200, 2_000_000);

        assertThat(metrics.scrape())
                .contains("session_store_request_seconds_count{route=\"/v1/{namespace}/sessions/{id}\",status=\"200\","
                        + "verb=\"GET\"} 1");
    }

    @Test
    void countsAnswersByHowLongTheyTook() {
        String labels = "{route=\"none\",status=\"404\",verb=\"GET\"";
        for (long micros : new long[] {10, 250, 251, 30_000, 9_000_000}) {
            metrics.answered("GET", "none", 404, micros * 1000);
        }
        metrics.answered("PUT", "none", 404, 1_000);

        String figure = "session_store_request_seconds";
        assertThat(metrics.scrape().lines().filter(line -> line.contains(labels)))
                .containsExactlyInAnyOrder(
                        figure + "_bucket" + labels + ",le=\"2.5E-4\"} 2",
                        figure + "_bucket" + labels + ",le=\"0.001\"} 3",
                        figure + "_bucket" + labels + ",le=\"0.005\"} 3",
                        figure + "_bucket" + labels + ",le=\"0.025\"} 3",
                        figure + "_bucket" + labels + ",le=\"0.1\"} 4",
                        figure + "_bucket" + labels + ",le=\"0.5\"} 4",
                        figure + "_bucket" + labels + ",le=\"2.5\"} 4",
                        figure + "_bucket" + labels + ",le=\"+Inf\"} 5",
                        figure + "_count" + labels + "} 5",
                        figure + "_sum" + labels + "} 9.030511",
                        figure + "_max" + labels + "} 9.0");
    }

    @Test
    void tellsOfTheJvm() {
        assertThat(metrics.scrape()).contains("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime");
    }
}
