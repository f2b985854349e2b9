package dev.sessionstore.store.jdbc;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/** What a failed statement means. */
enum Fault {
    /** The key is there already. */
    TAKEN,
    /** Others were in the way, and nothing was done: again. */
    CROSSED,
    /** The connection had ended before, or ended. */
    BROKEN,
    /** There is no such table. */
    NO_TABLE,
    /** There is one, of somebody else. */
    NO_COLUMN,
    /** There is no room. */
    FULL,
    OTHER;

    static Fault of(SQLException e, Dialect dialect) {
        String state = String.valueOf(e.getSQLState());
        if (dialect.isFull(e)) {
            return FULL;
        }
        return switch (state) {
            case "23505" -> TAKEN;
            case "23000" -> e.getErrorCode() == 1062 ? TAKEN : OTHER;
            case "40001", "40P01", "90131" -> CROSSED;
            case "57P01", "57P02", "57P03", "90067", "90098", "90121" -> BROKEN;
            case "42P01", "42S02", "42S03", "42S04" -> NO_TABLE;
            case "42703", "42S22" -> NO_COLUMN;
            default -> {
                if (state.startsWith("08") && !isTimeout(e)) {
                    yield BROKEN;
                }
                String message = String.valueOf(e.getMessage());
                if (message.contains("no such column")) {
                    yield NO_COLUMN;
                }
                yield message.contains("no such table") ? NO_TABLE : OTHER;
            }
        };
    }

    private static boolean isTimeout(SQLException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException || cause instanceof SQLTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
