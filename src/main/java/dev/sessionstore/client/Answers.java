package dev.sessionstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sessionstore.wire.JsonText;
import dev.sessionstore.wire.MalformedJsonException;
import dev.sessionstore.wire.SessionDocument;
import dev.sessionstore.wire.SessionPage;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What answers mean. Each method throws the exception that a problem document stands for, and {@link NoAnswerException}
 * when what came is nothing that the service says.
 */
final class Answers {
    /** More than the service lets attributes have, with what stands around them. */
    static final int MAX_DEPTH = 1000;

    private static final JsonMapper JSON = new JsonMapper();

    private final AttributeCodec codec;

    Answers(AttributeCodec codec) {
        this.codec = codec;
    }

    /** The session that must be there. */
    StoredSession session(Answer answer) {
        refuseFailure(answer);
        SessionDocument document = parse(answer, SessionDocument::parse);
        if (document.attributes() == null) {
            throw NoAnswerException.junk("a session without attributes");
        }
        return new StoredSession(document, answer.etag(), answer.expired(), codec);
    }

    /** The session, unless it is not there. */
    Optional<StoredSession> found(Answer answer) {
        return isAbsent(answer) ? Optional.empty() : Optional.of(session(answer));
    }

    /** One attribute's JSON. */
    Optional<byte[]> value(Answer answer) {
        if (isAbsent(answer)) {
            return Optional.empty();
        }
        refuseFailure(answer);
        return Optional.of(parse(answer, Function.identity()));
    }

    /** Whether there was something to do it to. */
    boolean done(Answer answer) {
        if (isAbsent(answer)) {
            return false;
        }
        refuseFailure(answer);
        if (answer.status() != 204) {
            throw NoAnswerException.junk("status " + answer.status() + " where there is nothing to say");
        }
        return true;
    }

    /** Whether there was a session to store an attribute in. */
    boolean stored(Answer answer) {
        return value(answer).isPresent();
    }

    /** Whether this call ended it, and not another one before. */
    boolean ended(Answer answer, GoneReason how) {
        if (answer.status() == 410) {
            return answer.repeated() && ProblemAnswer.of(answer).reason() == how;
        }
        return done(answer);
    }

    SessionPage page(Answer answer) {
        refuseFailure(answer);
        return parse(answer, SessionPage::parse);
    }

    StoredSession listed(SessionDocument document) {
        return new StoredSession(document, null, false, codec);
    }

    long revoked(Answer answer) {
        JsonNode count = tree(answer).path("revoked");
        if (!count.isIntegralNumber()) {
            throw NoAnswerException.junk("a revocation without a count");
        }
        return count.longValue();
    }

    SessionStats stats(Answer answer) {
        JsonNode stats = tree(answer);
        if (!stats.path("store").isTextual()) {
            throw NoAnswerException.junk("statistics without a store");
        }
        Set<String> capabilities = new LinkedHashSet<>();
        stats.path("capabilities").forEach(each -> capabilities.add(each.asText()));
        return new SessionStats(
                count(stats, "sessions"),
                count(stats, "bytes"),
                stats.path("store").asText(),
                Set.copyOf(capabilities));
    }

    private static OptionalLong count(JsonNode stats, String name) {
        JsonNode count = stats.path(name);
        return count.isIntegralNumber() ? OptionalLong.of(count.longValue()) : OptionalLong.empty();
    }

    private static void refuseFailure(Answer answer) {
        if (!answer.isSuccess()) {
            throw ProblemAnswer.of(answer).toException();
        }
    }

    private static boolean isAbsent(Answer answer) {
        return answer.status() == 404 && ProblemAnswer.of(answer).is("session-not-found", "attribute-not-found");
    }

    private static JsonNode tree(Answer answer) {
        refuseFailure(answer);
        try {
            JsonNode tree = JSON.readTree(answer.body());
            if (tree != null) {
                return tree;
            }
        } catch (IOException e) {
            // Said below: the parser's own words would repeat what came.
        }
        throw NoAnswerException.junk("no JSON");
    }

    private static <T> T parse(Answer answer, Function<byte[], T> reader) {
        try {
            return reader.apply(JsonText.compact(answer.body(), MAX_DEPTH));
        } catch (MalformedJsonException e) {
            throw NoAnswerException.junk("malformed JSON");
        } catch (IllegalArgumentException e) {
            throw NoAnswerException.junk("JSON of another kind");
        }
    }
}
