package dev.sessionstore.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param detail what was wrong this time, without any secret
 * @param errors each wrong field, for {@link ErrorCode#INVALID_FIELD}; left out when empty
 * @param reason how the session ended, for {@link ErrorCode#SESSION_GONE}; left out when null
 */
public record Problem(
        ErrorCode code,
        String detail,
        String requestId,
        List<FieldFault> errors,
        @Nullable String reason) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem(ErrorCode code, String detail, String requestId) {
        this(code, detail, requestId, List.of(), null);
    }

    public Problem withErrors(List<FieldFault> faults) {
        return new Problem(code, detail, requestId, List.copyOf(faults), reason);
    }

    public Problem withReason(String ended) {
        return new Problem(code, detail, requestId, errors, ended);
    }

    /** Compact JSON. */
    public byte[] toJson() {
        StringBuilder out = new StringBuilder(256);
        out.append("{\"type\":").append(quote("tag:sessionstore.dev,2026:" + code.code()));
        out.append(",\"title\":").append(quote(code.title()));
        out.append(",\"status\":").append(code.status());
        out.append(",\"detail\":").append(quote(detail));
        out.append(",\"code\":").append(quote(code.code()));
        out.append(",\"requestId\":").append(quote(requestId));
        if (!errors.isEmpty()) {
            out.append(",\"errors\":");
            char before = '[';
            for (FieldFault each : errors) {
                out.append(before).append("{\"pointer\":").append(quote(each.pointer()));
                out.append(",\"detail\":").append(quote(each.detail())).append('}');
                before = ',';
            }
            out.append(']');
        }
        if (reason != null) {
            out.append(",\"reason\":").append(quote(reason));
        }
        return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String quote(String text) {
        return new String(JsonStrings.quote(text), StandardCharsets.UTF_8);
    }
}
