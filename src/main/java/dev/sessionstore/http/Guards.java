package dev.sessionstore.http;

import dev.sessionstore.core.Refusal;
import dev.sessionstore.core.Session;
import dev.sessionstore.wire.FieldFault;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The caller's own conditions, in the contract's order: binding (403), preconditions (412), fields (422). */
final class Guards {
    private static final String BINDING = "Session-Binding";

    private Guards() {}

    /** For a call by id. */
    static Consumer<Session> binding(ApiRequest request) {
        String given = request.onlyHeader(BINDING);
        byte[] fingerprint = given == null ? null : request.fingerprint(given);
        return session -> checkBinding(session, fingerprint);
    }

    private static void checkBinding(Session session, byte @Nullable [] given) {
        byte[] binding = session.binding();
        if (binding == null) {
            return;
        }
        if (given == null || !MessageDigest.isEqual(binding, given)) {
            throw Refusal.of(
                    Refusal.Rule.BINDING_MISMATCH,
                    given == null
                            ? "the session is bound; the header " + BINDING + " must repeat its binding"
                            : "the header " + BINDING + " does not repeat the session's binding");
        }
    }

    /** For a write by id. */
    static Consumer<Session> write(ApiRequest request, List<FieldFault> faults) {
        Preconditions preconditions = Preconditions.of(request);
        return binding(request).andThen(preconditions::check).andThen(session -> checkFields(faults));
    }

    static void checkFields(List<FieldFault> faults) {
        if (!faults.isEmpty()) {
            throw ApiProblem.invalid(faults);
        }
    }
}
