package dev.sessionstore.http;

import dev.sessionstore.core.Session;
import dev.sessionstore.wire.ErrorCode;
import dev.sessionstore.wire.FieldFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A refusal on its way to a problem document. Without stack trace: it is an answer. */
final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final transient ErrorCode code;
    final transient List<FieldFault> faults;
    final transient List<String> headers = new ArrayList<>(4);
    transient @Nullable String reason;
    transient @Nullable Session session;

    private ApiProblem(ErrorCode code, String detail, List<FieldFault> faults) {
        super(detail, null, false, false);
        this.code = code;
        this.faults = faults;
    }

    static ApiProblem of(ErrorCode code, String detail) {
        return new ApiProblem(code, detail, List.of());
    }

    static ApiProblem malformed(String detail) {
        return of(ErrorCode.MALFORMED_REQUEST, detail);
    }

    static ApiProblem invalid(List<FieldFault> faults) {
        String detail = faults.size() == 1
                ? "the field " + faults.get(0).pointer() + " " + faults.get(0).detail()
                : faults.size() + " fields are not valid";
        return new ApiProblem(ErrorCode.INVALID_FIELD, detail, faults);
    }

    ApiProblem header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    /** Of a session that is not gone: the answer repeats what every answer about one does. */
    ApiProblem about(Session met) {
        session = met;
        return this;
    }

    ApiProblem reason(String word) {
        reason = word;
        return this;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
