package dev.sessionstore.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Sets a statement's parameters from left to right. For one thread. */
final class Parameters {
    private final PreparedStatement statement;
    private final @Nullable InstantSource given;
    private int at;

    /** @param given the clock that counts instead of the database's; null: that does, and needs no parameter */
    Parameters(PreparedStatement statement, @Nullable InstantSource given) {
        this.statement = statement;
        this.given = given;
    }

    Parameters set(long value) throws SQLException {
        statement.setLong(++at, value);
        return this;
    }

    Parameters set(byte[] value) throws SQLException {
        statement.setBytes(++at, value);
        return this;
    }

    Parameters set(@Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(++at, Types.VARCHAR);
        } else {
            statement.setString(++at, value);
        }
        return this;
    }

    /** The time, in so many places. */
    Parameters now(int places) throws SQLException {
        if (given != null) {
            long now = given.millis();
            for (int i = 0; i < places; i++) {
                set(now);
            }
        }
        return this;
    }
}
