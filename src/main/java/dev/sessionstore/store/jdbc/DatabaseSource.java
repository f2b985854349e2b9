package dev.sessionstore.store.jdbc;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections for the pool, which so never sees a password, and keeps trying while the database cannot be reached:
 * the pool itself would wait longer after each failure, at last five seconds.
 *
 * <p>Thread-safe.
 */
final class DatabaseSource implements DataSource {
    private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(DatabaseSource.class);
    private static final Pattern CREDENTIAL =
            // Behind a semicolon an ampersand is a character like others.
            Pattern.compile("([?&])(user|password)=([^&;]*)|(;)(user|password)=([^;]*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PERCENT = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** So that a wrong password locks no account. */
    private static final Duration PAUSE_WHEN_REFUSED = Duration.ofSeconds(5);

    private final Dialect dialect;
    private final String url;
    private final Properties properties = new Properties();
    private final Duration timeout;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable String failure;

    /** @throws IllegalArgumentException if no driver takes the URL */
    DatabaseSource(Dialect dialect, String url, Duration timeout) {
        this.dialect = dialect;
        this.timeout = timeout;
        dialect.defaults(properties, timeout);
        // Drivers disagree on which counts where both say something.
        properties
                .keySet()
                .removeIf(name ->
                        Pattern.compile("(?i)[?&;]" + name + "=").matcher(url).find());
        this.url = withoutCredentials(url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:"));
        driver();
    }

    private String withoutCredentials(String given) {
        StringBuilder rest = new StringBuilder();
        Matcher credentials = CREDENTIAL.matcher(given);
        while (credentials.find()) {
            int at = credentials.group(1) == null ? 4 : 1;
            properties.setProperty(
                    credentials.group(at + 1).toLowerCase(Locale.ROOT), decoded(credentials.group(at + 2)));
            credentials.appendReplacement(rest, at == 4 ? "" : "$1");
        }
        credentials.appendTail(rest);
        return rest.toString().replaceAll("&&+", "&").replaceAll("\\?&", "?").replaceAll("[?&]$", "");
    }

    /** A plus sign stays one. */
    private static String decoded(String text) {
        return PERCENT.matcher(text).replaceAll(match -> {
            String hex = match.group().replace("%", "");
            byte[] bytes = HexFormat.of().parseHex(hex);
            return Matcher.quoteReplacement(new String(bytes, StandardCharsets.UTF_8));
        });
    }

    private Driver driver() {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new IllegalArgumentException("is not what the driver for " + dialect + " takes");
        }
    }

    /** Why there is no connection, without secrets; null: there was one, last. */
    @Nullable String failure() {
        return failure;
    }

    /** Opens no more connections. */
    void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            if (closed.getCount() == 0) {
                throw new SQLException("closed");
            }
            Duration pause;
            try {
                Connection connection = open();
                failure = null;
                return connection;
            } catch (SQLException e) {
                String state = e.getSQLState();
                tell(scrubbed(e));
                pause = state != null && state.startsWith("28") ? PAUSE_WHEN_REFUSED : PAUSE;
            }
            try {
                closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted");
            }
        }
    }

    private Connection open() throws SQLException {
        Connection connection = driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver takes no such URL");
        }
        try {
            dialect.prepare(connection, timeout);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void tell(String message) {
        if (!message.equals(failure)) {
            LOG.warn("the database cannot be reached: {}", message);
        }
        failure = message;
    }

    private String scrubbed(SQLException e) {
        String message = String.valueOf(e.getMessage());
        String password = properties.getProperty("password", "");
        return password.isEmpty() ? message : message.replace(password, "***");
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    /** Drivers would take a thread for each connection, or all drivers of this process would share it. */
    @Override
    public void setLoginTimeout(int seconds) {}

    /** How long the pool, when it closes, waits for a connection that is being opened. */
    @Override
    public int getLoginTimeout() {
        return 2;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public String toString() {
        return "DatabaseSource[" + dialect + "]";
    }
}
