package dev.sessionstore.store.redis;

import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Netty's and Lettuce's loggers without debug and trace, where they print what they send and receive, and without the
 * warnings about connections that are closed twice, as Lettuce's own shutdown does.
 */
final class QuietLogging extends InternalLoggerFactory {
    private QuietLogging() {}

    /** Before their classes are used. */
    static void install() {
        if (!(InternalLoggerFactory.getDefaultFactory() instanceof QuietLogging)) {
            InternalLoggerFactory.setDefaultFactory(new QuietLogging());
        }
    }

    @Override
    protected InternalLogger newInstance(String name) {
        InternalLogger logger = ((Slf4JLoggerFactory) Slf4JLoggerFactory.INSTANCE).newInstance(name);
        return (InternalLogger) Proxy.newProxyInstance(
                InternalLogger.class.getClassLoader(), new Class<?>[] {InternalLogger.class}, new Quiet(logger));
    }

    private record Quiet(InternalLogger logger) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            boolean quiet = name.contains("ebug") || name.contains("race");
            quiet |= name.equals("warn") && logger.name().endsWith(".RedisChannelHandler");
            if (!quiet && arguments != null && arguments[0] instanceof InternalLogLevel level) {
                quiet = level.compareTo(InternalLogLevel.INFO) < 0;
            }
            if (quiet) {
                return method.getReturnType() == boolean.class ? false : null;
            }
            try {
                return method.invoke(logger, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
