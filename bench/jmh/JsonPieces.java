package dev.sessionstore.bench;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.http.SessionDocuments;
import dev.sessionstore.wire.JsonEdit;
import dev.sessionstore.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is done to a session's text: checked when it comes, patched, written into its document when it goes. */
@State(Scope.Benchmark)
public class JsonPieces {
    private static final int MAX_DEPTH = 64;

    @Param({"500", "16384"})
    public int size;

    private final Map<String, byte[]> change = Map.of("counter", ascii("\"0000000001\""));
    private String id;
    private byte[] attributes;
    private byte[] body;
    private Session session;

    @Setup
    public void fill() {
        String frame = "{\"counter\":\"0000000000\",\"data\":\"";
        attributes = ascii(frame + "d".repeat(size - frame.length() - 2) + "\"}");
        body = ascii("{\"attributes\":" + new String(attributes, StandardCharsets.US_ASCII) + "}");
        SessionId generated = SessionId.generate();
        id = generated.reveal();
        session = Session.begin(KeyHash.plain().keyOf("bench", generated), "bench", System.currentTimeMillis())
                .idleSeconds(1800)
                .absoluteSeconds(86_400)
                .attributes(Attributes.ofCheckedJson(attributes))
                .build();
    }

    @Benchmark
    public byte[] checkBody() {
        return JsonText.compact(body, MAX_DEPTH);
    }

    @Benchmark
    public byte[] patchAttribute() {
        return JsonEdit.apply(attributes, change, Set.of());
    }

    @Benchmark
    public byte[] writeDocument() {
        return SessionDocuments.of(id, session, true).toJson();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
