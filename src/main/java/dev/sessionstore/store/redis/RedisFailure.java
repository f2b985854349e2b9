package dev.sessionstore.store.redis;

import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What went wrong, in our words. Of what Redis says only the code is repeated, which names no key and no content. */
final class RedisFailure {
    private static final Pattern CODE = Pattern.compile("[A-Z]{3,20}");
    /** Redis 6 reports a command's error within the message of its script's. */
    private static final Pattern INNER_CODE = Pattern.compile("@user_script: ?\\d+: -?([A-Z]{3,20}) ");

    private RedisFailure() {}

    static RuntimeException of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof StoreUnavailableException known) {
            return known;
        }
        if (cause instanceof RedisCommandExecutionException refusal) {
            String code = codeOf(refusal);
            return code.equals("OOM")
                    ? new StoreFullException("Redis has no room: it uses all of its maxmemory and may evict nothing")
                    : new StoreUnavailableException("Redis refuses: " + code, null);
        }
        return new StoreUnavailableException("Redis cannot be reached: " + kindOf(cause), null);
    }

    static boolean isWrongType(Throwable failure) {
        return unwrapped(failure) instanceof RedisCommandExecutionException refusal
                && codeOf(refusal).equals("WRONGTYPE");
    }

    /** Whether a server answered that takes no writes, as one does that is no master any more. */
    static boolean isOfReplica(Throwable failure) {
        return unwrapped(failure) instanceof RedisCommandExecutionException refusal
                && codeOf(refusal).equals("READONLY");
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wraps && cause != null ? unwrapped(cause) : failure;
    }

    private static String codeOf(RedisCommandExecutionException refusal) {
        String message = refusal.getMessage() == null ? "" : refusal.getMessage();
        Matcher inner = INNER_CODE.matcher(message);
        if (inner.find()) {
            return inner.group(1);
        }
        Matcher outer = CODE.matcher(message);
        return outer.lookingAt() ? outer.group() : "an error";
    }

    /** The innermost one: a refused connection, a name that does not resolve, a wrong password. */
    private static String kindOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RedisCommandExecutionException refusal) {
            return codeOf(refusal);
        }
        // Lettuce's own tell of connections and queues.
        return cause.getClass() == RedisException.class
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }
}
