package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What Lettuce and netty would print at debug holds keys, values and passwords. */
class QuietLoggingTest {
    @Test
    void debugStaysSilentHoweverItIsSet() {
        System.setProperty("org.slf4j.simpleLogger.log.loud", "trace");
        try {
            QuietLogging.install();
            assertThat(LoggerFactory.getLogger("loud.one").isDebugEnabled()).isTrue();
            InternalLogger quiet = InternalLoggerFactory.getInstance("loud.two");
            assertThat(quiet.isDebugEnabled()).isFalse();
            assertThat(quiet.isTraceEnabled()).isFalse();
            assertThat(quiet.isEnabled(InternalLogLevel.DEBUG)).isFalse();
            assertThat(quiet.isEnabled(InternalLogLevel.WARN)).isTrue();
            assertThat(quiet.isInfoEnabled()).isTrue();
            quiet.debug("nothing of {}", "this");
        } finally {
            System.clearProperty("org.slf4j.simpleLogger.log.loud");
        }
    }
}
