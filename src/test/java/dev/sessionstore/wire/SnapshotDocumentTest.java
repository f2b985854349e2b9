package dev.sessionstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotDocumentTest {
    private static final SnapshotDocument FULL = new SnapshotDocument(
            true,
            new SnapshotDocument.Taken(1_763_748_587_255L, 5_000_000_000L, 2, 3),
            new SnapshotDocument.Failure(1_763_748_587_256L, "the \"disk\" is full"));

    private static byte[] json(String singleQuoted) {
        return singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void isWrittenInTheContractsForm() {
        assertThat(new String(FULL.toJson(), StandardCharsets.UTF_8))
                .isEqualTo("{\"running\":true,\"last\":{\"takenAt\":\"2025-11-21T18:09:47.255Z\",\"bytes\":5000000000,"
                        + "\"sessions\":2,\"tombstones\":3},\"failure\":{\"at\":\"2025-11-21T18:09:47.256Z\","
                        + "\"detail\":\"the \\\"disk\\\" is full\"}}");
    }

    @Test
    void isReadBackAsItWas() {
        SnapshotDocument none = new SnapshotDocument(false, null, null);

        assertThat(SnapshotDocument.parse(FULL.toJson())).isEqualTo(FULL);
        assertThat(SnapshotDocument.parse(none.toJson())).isEqualTo(none);
        assertThat(SnapshotDocument.parse(json("{ 'new': [1], 'failure': null, 'last': null, 'running': false}")))
                .isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{'running': false}",
                "{'running': false, 'last': {}, 'failure': null}",
                "{'running': false, 'last': 7, 'failure': null}",
                "{'running': false, 'last': null, 'failure': {'at': 'x', 'detail': 'y'}}"
            })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SnapshotDocument.parse(json(text)));
    }
}
