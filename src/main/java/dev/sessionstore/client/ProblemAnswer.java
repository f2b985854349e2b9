package dev.sessionstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A problem document, and the exception that it means. */
final class ProblemAnswer {
    private static final JsonMapper JSON = new JsonMapper();

    private final Answer answer;
    private final JsonNode document;
    final String code;

    private ProblemAnswer(Answer answer, JsonNode document) {
        this.answer = answer;
        this.document = document;
        code = document.path("code").asText();
    }

    /** @throws NoAnswerException if the answer has none */
    static ProblemAnswer of(Answer answer) {
        try {
            JsonNode document = JSON.readTree(answer.body());
            if (document != null && document.path("code").isTextual()) {
                return new ProblemAnswer(answer, document);
            }
        } catch (IOException e) {
            // Said below: the parser's own words would repeat what came.
        }
        throw NoAnswerException.junk("status " + answer.status() + " without a problem document");
    }

    boolean is(String... codes) {
        return List.of(codes).contains(code);
    }

    GoneReason reason() {
        return switch (document.path("reason").asText()) {
            case "deleted" -> GoneReason.DELETED;
            case "expired" -> GoneReason.EXPIRED;
            case "revoked" -> GoneReason.REVOKED;
            case "rotated" -> GoneReason.ROTATED;
            default -> GoneReason.OTHER;
        };
    }

    SessionStoreException toException() {
        String message = document.path("detail").asText(code);
        String requestId = answer.requestId();
        return switch (answer.status()) {
            case 401, 403 -> new UnauthorizedException(message, code, requestId);
            case 410 -> new SessionGoneException(message, reason(), requestId);
            case 412 -> new VersionConflictException(message, code, currentTag(), requestId);
            case 409, 413, 507 -> new LimitExceededException(message, code, requestId);
            case 400, 414, 415, 422, 431 -> new InvalidRequestException(message, code, faults(), requestId);
            case 503 -> new ServiceUnavailableException(message, code, mayHaveBeenDone(), requestId, null);
            default -> new SessionStoreException(message, code, requestId, null);
        };
    }

    /** A busy node, or one that is not ready, did nothing; one whose engine failed cannot tell. */
    boolean mayHaveBeenDone() {
        return answer.repeated() || !is("overloaded", "not-ready");
    }

    private @Nullable ETag currentTag() {
        String etag = answer.etag();
        return etag == null ? null : new ETag(etag);
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (JsonNode fault : document.path("errors")) {
            faults.add(String.format(
                            Locale.ROOT,
                            "%s %s",
                            fault.path("pointer").asText(),
                            fault.path("detail").asText())
                    .strip());
        }
        return faults;
    }
}
