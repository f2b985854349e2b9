package dev.sessionstore.http;

import static dev.sessionstore.http.Answers.now;

import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.Snapshots;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.SnapshotDocument;
import java.util.concurrent.CompletionStage;

/** What concerns all namespaces together. */
final class AdminEndpoints {
    private final SessionStore store;

    AdminEndpoints(SessionStore store) {
        this.store = store;
    }

    CompletionStage<ApiResponse> takeSnapshot(ApiRequest request) {
        Snapshots snapshots = snapshots();
        snapshots.request();
        return now(ApiResponse.json(202, documentOf(snapshots.status())));
    }

    CompletionStage<ApiResponse> snapshot(ApiRequest request) {
        return now(ApiResponse.json(200, documentOf(snapshots().status())));
    }

    private Snapshots snapshots() {
        return store.snapshots()
                .orElseThrow(() -> ApiProblem.of(
                        ErrorCode.NOT_SUPPORTED,
                        "sessions live in memory alone; SESSION_STORE_DATA_DIR has them written to disk"));
    }

    private static byte[] documentOf(Snapshots.Status status) {
        Snapshots.Taken last = status.last();
        Snapshots.Failure failure = status.failure();
        return new SnapshotDocument(
                        status.isRunning(),
                        last == null
                                ? null
                                : new SnapshotDocument.Taken(
                                        last.at(), last.bytes(), last.sessions(), last.tombstones()),
                        failure == null ? null : new SnapshotDocument.Failure(failure.at(), failure.detail()))
                .toJson();
    }
}
