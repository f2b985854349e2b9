package dev.sessionstore.client;

import dev.sessionstore.client.FaultServer.Exchange;
import dev.sessionstore.client.FaultServer.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a {@link FaultServer} may do to a request. */
final class Faults {
    private static final HttpClient FORWARD =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Set<String> OF_A_CONNECTION =
            Set.of("host", "content-length", "connection", "transfer-encoding", "date", ":status");

    /** The connection is reset before the request is read. */
    static final Fault DROP_UNREAD = new Fault() {
        @Override
        public void answer(Exchange exchange) {
            throw new AssertionError("it is never read");
        }

        @Override
        public boolean isUnread() {
            return true;
        }
    };

    /** The connection is reset once the request is read. */
    static final Fault DROP = exchange -> {
        throw new IOException("as the script says");
    };

    /** Nothing comes, for as long as anybody waits. */
    static final Fault STALL = exchange -> {
        if (exchange.in().read() < 0) {
            throw new IOException("the client left");
        }
    };

    static final Fault HALF_HEAD = broken("HTTP/1.1 200 OK\r\nContent-Ty");
    static final Fault HALF_BODY = broken("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"handle\":\"");
    static final Fault HALF_CHUNK = broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"handle\":\"");
    static final Fault JUNK = broken("\u0000\u0001\u0002 what is this\r\n\r\n\r\n");
    static final Fault CHUNKED_JUNK =
            broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot-a-length\r\n{}\r\n");
    static final Fault HUGE_LENGTH = broken("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n{");
    static final Fault ABSURD_LENGTH = broken("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{");
    static final Fault HTML = of(200, "text/html", "<html><body>Please log in</body></html>");
    static final Fault OTHER_JSON = of(200, "application/json", "{\"hello\":[1,2,3]}");
    static final Fault EMPTY_200 = of(200, "application/json", "");
    static final Fault BAD_GATEWAY = of(502, "text/html", "<h1>502</h1>");
    static final Fault NOT_FOUND_BY_SOMEBODY_ELSE = of(404, "text/plain", "404 page not found");
    static final Fault REDIRECT = of(302, "text/html", "<h1>elsewhere</h1>", "Location: /login");

    private Faults() {}

    /** These bytes, and then the connection's end. */
    static Fault broken(String bytes) {
        return exchange -> {
            exchange.write(bytes);
            throw new IOException("as the script says");
        };
    }

    /** A byte every tenth of a second, for ever. */
    static Fault drip(String head) {
        return exchange -> {
            exchange.write(head);
            try {
                while (!exchange.closed().await(100, TimeUnit.MILLISECONDS)) {
                    exchange.write(" ");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
    }

    static Fault of(int status, String type, String body, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return exchange -> exchange.write("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type + "\r\n" + more
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    static Fault problem(int status, String code, String... headers) {
        return of(
                status,
                "application/problem+json",
                "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"as the script says\"}",
                headers);
    }

    /** What the real service answers. */
    static Fault pass(URI service) {
        return exchange -> exchange.write(answer(service, exchange));
    }

    /** The real service does what it is asked, and its answer is lost. */
    static Fault lose(URI service) {
        return exchange -> {
            answer(service, exchange);
            throw new IOException("as the script says");
        };
    }

    /** The real service's answer, and then the end of the connection, which nobody announced. */
    static Fault passAndHangUp(URI service) {
        return exchange -> {
            exchange.write(answer(service, exchange));
            exchange.out().close();
        };
    }

    /** What comes before an answer and is none (RFC 9110, section 15.2). */
    static Fault passAfterHints(URI service) {
        return exchange -> {
            exchange.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
            exchange.write(answer(service, exchange));
        };
    }

    private static String answer(URI service, Exchange exchange) throws IOException {
        FaultServer.Request request = exchange.request();
        HttpRequest.Builder forward = HttpRequest.newBuilder(service.resolve(request.target()))
                .method(request.verb(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach((name, value) -> {
            if (!OF_A_CONNECTION.contains(name)) {
                forward.header(name, value);
            }
        });
        try {
            HttpResponse<String> response = FORWARD.send(forward.build(), HttpResponse.BodyHandlers.ofString());
            StringBuilder answer = new StringBuilder("HTTP/1.1 " + response.statusCode() + " Whatever\r\n");
            response.headers().map().forEach((name, values) -> {
                if (!OF_A_CONNECTION.contains(name)) {
                    answer.append(name).append(": ").append(values.get(0)).append("\r\n");
                }
            });
            if (response.statusCode() != 204) {
                answer.append("Content-Length: ")
                        .append(response.body().length())
                        .append("\r\n");
            }
            return answer.append("\r\n").append(response.body()).toString();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
