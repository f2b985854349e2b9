package dev.sessionstore.store.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What Redis does in one step: scripts that work on one key each, which a cluster asks for, or on a cell and its owner's
 * listing, where there is none. They are called by their digests; a server that does not know one gets it whole.
 */
enum RedisScripts {
    PUT,
    TOUCH,
    CLEAR,
    DISCARD,
    COVER,
    UNCOVER;

    // Codes that scripts return, beside those of Put in its order.
    static final long COVER_FIRST = 5;

    private final String text;
    private final String digest;

    RedisScripts() {
        text = resource("cell") + resource("index") + resource(name().toLowerCase(Locale.ROOT));
        digest = digest(text);
    }

    /** @return the script's code, then what belongs to it: numbers and bytes */
    CompletableFuture<List<Object>> run(RedisLink link, byte[][] keys, byte[]... arguments) {
        return link.commands()
                .<List<Object>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments)
                .toCompletableFuture()
                .exceptionallyCompose(failure -> isNoScript(failure)
                        ? link.commands()
                                .<List<Object>>eval(text, ScriptOutputType.MULTI, keys, arguments)
                                .toCompletableFuture()
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isNoScript(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || failure instanceof CompletionException && failure.getCause() instanceof RedisNoScriptException;
    }

    private static String resource(String name) {
        try (InputStream in = RedisScripts.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("this build lacks the script " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
