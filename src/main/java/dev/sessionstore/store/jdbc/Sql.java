package dev.sessionstore.store.jdbc;

/**
 * The statements, written out once.
 *
 * <p>{@code accessed_at} counts, not the access in the record: so a touch writes one number. {@code sweep_at} is a time
 * at which cleanup looks at the row: never later than the row may go, often earlier, as neither touches nor most writes
 * move it. So they change no index, and cleanup moves it on once per idle timeout.
 */
final class Sql {
    private static final String NOT_OVER =
            "ends_at + hold_millis > %1$s" + " AND (idle_millis = 0 OR accessed_at + idle_millis + hold_millis > %1$s)";
    private static final String DROPPED = "(ends_at + hold_millis + tombstone_millis <= %1$s OR"
            + " idle_millis > 0 AND accessed_at + idle_millis + hold_millis + tombstone_millis <= %1$s)";
    private static final String ROW = "SELECT session_key, record, accessed_at, created_at FROM ";

    final String now;
    final String find;
    final String insert;
    final String update;
    final String touch;
    final String clear;
    final String discard;
    final String listFirst;
    final String listNext;
    final String walk;
    final String walkNamespace;
    final String count;
    final String countAll;
    final String due;
    final String drop;
    final String putOff;

    /** @param own whether the database's clock counts; else a parameter stands for the time, wherever it is asked for */
    Sql(Dialect dialect, String name, boolean own) {
        String table = dialect.quoted(name);
        String clock = own ? dialect.now() : "?";
        // Taken once: PostgreSQL searches no index by a clock that goes on.
        String once = own ? "(SELECT " + dialect.now() + ")" : "?";
        String its = " WHERE session_key = ?";
        String stamped = its + " AND incarnation = ? AND revision = ?";
        now = "SELECT " + dialect.now();
        find = "SELECT record, accessed_at, " + dialect.now() + " FROM " + table + its;
        insert = "INSERT INTO " + table
                + " (namespace, owner, incarnation, revision, created_at, accessed_at, ends_at, idle_millis,"
                + " hold_millis, tombstone_millis, sweep_at, record, session_key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" + dialect.ifAbsent();
        update = "UPDATE " + table
                + " SET namespace = ?, owner = ?, incarnation = ?, revision = ?, created_at = ?, accessed_at = "
                + dialect.later("accessed_at", "?")
                + ", ends_at = ?, idle_millis = ?, hold_millis = ?, tombstone_millis = ?, sweep_at = "
                + dialect.earlier("sweep_at", "?") + ", record = ?" + stamped + " AND " + NOT_OVER.formatted(clock);
        touch = "UPDATE " + table + " SET accessed_at = ?" + its + " AND accessed_at < ? AND revision > 0 AND "
                + NOT_OVER.formatted(clock);
        clear = "DELETE FROM " + table + stamped;
        discard = "DELETE FROM " + table + its + " AND record = ?";
        // The first column is one value: H2 sees by it that the index is in this order.
        String listOrder = " ORDER BY owner, created_at DESC, session_key LIMIT ?";
        String walkOrder = " ORDER BY namespace, session_key LIMIT ?";
        listFirst = ROW + table + " WHERE owner = ?" + listOrder;
        listNext = ROW + table + " WHERE owner = ? AND created_at <= ? AND (created_at < ? OR session_key > ?)"
                + listOrder;
        walk = ROW + table + " WHERE session_key > ? ORDER BY session_key LIMIT ?";
        walkNamespace = ROW + table + " WHERE namespace = ? AND session_key > ?" + walkOrder;
        String live = "CASE WHEN revision > 0 AND ends_at > %1$s"
                + " AND (idle_millis = 0 OR accessed_at + idle_millis > %1$s) THEN 1 ELSE 0 END";
        String counted = "SELECT namespace, SUM(live), SUM(live * bytes), COUNT(*), MAX(session_key) FROM"
                + " (SELECT namespace, session_key, " + live.formatted(once)
                + " AS live, OCTET_LENGTH(record) AS bytes FROM " + table + " WHERE ";
        String countEnd = ") part GROUP BY namespace";
        count = counted + "namespace = ? AND session_key > ?" + walkOrder + countEnd;
        countAll = counted + "session_key > ? ORDER BY session_key LIMIT ?" + countEnd;
        due = "SELECT session_key FROM " + table + " WHERE sweep_at <= " + once + " ORDER BY sweep_at LIMIT ?";
        drop = "DELETE FROM " + table + its + " AND " + DROPPED.formatted(clock);
        String span = " + hold_millis + tombstone_millis";
        putOff = "UPDATE " + table + " SET sweep_at = CASE WHEN idle_millis = 0 THEN ends_at ELSE "
                + dialect.earlier("ends_at", "accessed_at + idle_millis") + " END" + span + its + " AND sweep_at <= "
                + clock;
    }
}
