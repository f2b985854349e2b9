package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies framed by hand, and connections that serve several requests. */
class RawBodyTest extends ServerTest {
    private Answer send(String... lines) {
        return RawHttp.lines(server, lines);
    }

    private String target() {
        return "/v1/" + sessions.namespace() + "/sessions";
    }

    @Test
    void putWithoutBodyOrLength() {
        String id = sessions.newId();
        for (String path : List.of("/" + id, "/" + id + "/attributes/a")) {
            Answer answer = send("PUT " + target() + path + " HTTP/1.1", "HOST", "Connection: close");
            assertThat(answer.status()).isBetween(400, 422);
            answer.anyProblem();
            answer.keepsTheHouseRules();
        }
        assertThat(sessions.peek(id).version()).isEqualTo(1);
    }

    @Test
    void aChunkedBody() {
        byte[] request = (RawHttp.text(
                                server,
                                "POST " + target() + " HTTP/1.1",
                                "HOST",
                                "Content-Type: application/json",
                                "Transfer-Encoding: chunked",
                                "Connection: close")
                        + "b\r\n{\"label\":\"x\r\n2\r\n\"}\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        assertThat(RawHttp.exchange(server, request).is(201).field("label").asText())
                .isEqualTo("x");
    }

    @Test
    void anEmptyChunkedBodyIsNone() {
        byte[] request = (RawHttp.text(
                                server,
                                "POST " + target() + " HTTP/1.1",
                                "HOST",
                                "Transfer-Encoding: chunked",
                                "Connection: close")
                        + "0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        RawHttp.exchange(server, request).is(201);
    }

    @Test
    void aChunkedBodyOverTheLimit() {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        byte[] request = (RawHttp.text(
                                server,
                                "POST " + target() + " HTTP/1.1",
                                "HOST",
                                "Content-Type: application/json",
                                "Transfer-Encoding: chunked",
                                "Connection: close")
                        + chunk.repeat(17) + "0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        RawHttp.exchange(server, request).problem(413, "body-too-large").keepsTheHouseRules();
    }

    @Test
    void aChunkOfBrokenSize() {
        byte[] request = (RawHttp.text(
                                server,
                                "POST " + target() + " HTTP/1.1",
                                "HOST",
                                "Content-Type: application/json",
                                "Transfer-Encoding: chunked",
                                "Connection: close")
                        + "zz\r\n{}\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        RawHttp.exchange(server, request).is(400).anyProblem();
    }

    @Test
    void twoRequestsOnOneConnection() throws Exception {
        String id = sessions.newId();
        String request = RawHttp.text(server, "GET " + target() + "/" + id + " HTTP/1.1", "HOST");
        try (Socket socket = RawHttp.open(server)) {
            for (int i = 0; i < 2; i++) {
                RawHttp.write(socket, request.getBytes(StandardCharsets.US_ASCII));
                assertThat(RawHttp.read(socket, request).is(200).id()).isEqualTo(id);
            }
        }
    }

    @Tag("scan")
    @Test
    void aRefusedRequestLeavesTheConnectionInStep() throws Exception {
        String missing = RawHttp.text(server, "GET " + target() + "/" + Sessions.ownId() + " HTTP/1.1", "HOST");
        String list = RawHttp.text(server, "GET " + target() + " HTTP/1.1", "HOST");
        try (Socket socket = RawHttp.open(server)) {
            RawHttp.write(socket, (missing + list).getBytes(StandardCharsets.US_ASCII));
            RawHttp.read(socket, missing).notFound();
            RawHttp.read(socket, list).is(200);
        }
    }

    @Test
    void expectContinueIsAnswered() throws Exception {
        String head = RawHttp.text(
                server,
                "POST " + target() + " HTTP/1.1",
                "HOST",
                "Content-Type: application/json",
                "Content-Length: 13",
                "Expect: 100-continue",
                "Connection: close");
        byte[] request = (head + "{\"label\":\"x\"}").getBytes(StandardCharsets.US_ASCII);

        assertThat(RawHttp.exchange(server, request).is(201).field("label").asText())
                .isEqualTo("x");
    }

    @Test
    void anEncodedTransferIsRefused() {
        byte[] request = (RawHttp.text(
                                server,
                                "POST " + target() + " HTTP/1.1",
                                "HOST",
                                "Content-Type: application/json",
                                "Transfer-Encoding: gzip, chunked",
                                "Connection: close")
                        + "2\r\n{}\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);

        RawHttp.exchange(server, request).problem(400, "malformed-request");
    }

    @Test
    void aWebSocketHandshakeIsARequestLikeOthers() {
        for (String path : List.of("/v1/" + sessions.namespace() + "/stats", "/health/live")) {
            send(
                            "GET " + path + " HTTP/1.1",
                            "HOST",
                            "Connection: Upgrade, close",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    .is(200);
        }
    }
}
