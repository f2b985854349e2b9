package dev.sessionstore.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What Javalin must not see: requests whose method no route has are answered here: it knows upper-case names only and would fail on
 * others. Keeps its WebSockets out of the way, too.
 */
final class Threshold extends Handler.Wrapper {
    private static final String WEB_SOCKET = "Sec-WebSocket-Version";

    private final Api api;

    Threshold(Api api, Handler next) {
        super(next);
        this.api = api;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Verb.of(request.getMethod()) != null) {
            boolean isWebSocket = request.getHeaders().contains(WEB_SOCKET);
            return super.handle(isWebSocket ? new PlainRequest(request) : request, response, callback);
        }
        Api.Admission admission = api.admit(new CoreHead(request));
        // No route has the verb, so the head alone is refused: 400, 401, 404 or 405.
        ApiResponse answer = admission.answer(new byte[0]).toCompletableFuture().join();
        EveryAnswer.write(admission, answer, response, callback);
        return true;
    }

    /** Without what makes Javalin take a request for a WebSocket's beginning, past our checks: there are none here. */
    private static final class PlainRequest extends Request.Wrapper {
        private final HttpFields headers;

        PlainRequest(Request request) {
            super(request);
            headers = HttpFields.build(request.getHeaders()).remove(WEB_SOCKET).asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
