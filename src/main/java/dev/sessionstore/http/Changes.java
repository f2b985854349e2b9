package dev.sessionstore.http;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionChange;
import dev.sessionstore.wire.Field;
import dev.sessionstore.wire.JsonEdit;
import dev.sessionstore.wire.SessionInput;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** From what a body asks for to what the rules work with. */
final class Changes {
    private Changes() {}

    /** @param input without faults */
    static SessionChange of(SessionInput input, SessionInput.Kind kind, ApiRequest request) {
        Field<String> binding = input.binding();
        return new SessionChange(
                input.principal()::or,
                input.label()::or,
                binding.isPresent() ? fingerprint(binding.or(null), request) : current -> current,
                input.permanent(),
                seconds(input.idleTimeoutSeconds()),
                seconds(input.absoluteTimeoutSeconds()),
                endsAt(input.endsAt()),
                attributes(input, kind));
    }

    private static UnaryOperator<byte @Nullable []> fingerprint(@Nullable String binding, ApiRequest request) {
        byte[] hash = binding == null ? null : request.fingerprint(binding);
        return current -> hash;
    }

    /** Null for as it is; 0 for none. */
    private static @Nullable Long seconds(Field<Long> field) {
        return field.isPresent() ? java.util.Objects.requireNonNullElse(field.or(null), 0L) : null;
    }

    private static @Nullable Long endsAt(Field<Long> field) {
        return field.isPresent() ? java.util.Objects.requireNonNullElse(field.or(null), Session.NEVER) : null;
    }

    private static UnaryOperator<Attributes> attributes(SessionInput input, SessionInput.Kind kind) {
        byte[] given = input.attributes();
        if (kind == SessionInput.Kind.PATCH) {
            return input.set().isEmpty() && input.remove().isEmpty()
                    ? UnaryOperator.identity()
                    : current -> edited(current, JsonEdit.apply(current.json(), input.set(), input.remove()));
        }
        if (given == null) {
            return UnaryOperator.identity();
        }
        if (kind == SessionInput.Kind.MERGE) {
            return current -> edited(current, JsonEdit.merge(current.json(), given));
        }
        Attributes whole = Attributes.ofCheckedJson(given);
        return current -> whole;
    }

    static Attributes edited(Attributes current, byte[] next) {
        return next == current.json() ? current : Attributes.ofCheckedJson(next);
    }
}
