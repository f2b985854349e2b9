package dev.sessionstore.store;

import dev.sessionstore.core.NamespacePolicy;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.Cell.Stamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cell's body tells, and the cell that tells it.
 *
 * <pre>
 * session:     state
 * gone:        reason 1, goneAt 6, keepUntil 6; if rotated: successor 16, graceUntil 6, flags 1, state before,
 *              state of the successor (if flagged: until that is known to stand)
 * reservation: the key that the session leaves 16
 *
 * state: flags 1, version *, createdAt 6, endsAt 6 (if flagged), idle seconds *, absolute seconds *,
 *        principal, label, binding (each, if flagged: length *, bytes), length of attributes *, attributes
 * </pre>
 *
 * <p>Numbers with * take seven bits a byte, the lowest first, the highest bit set but in the last; others are
 * big-endian. A state has neither key, namespace, incarnation nor access: the cell has.
 */
sealed interface CellBody {
    /** How long a marker whose successor may not stand yet is kept at least, whatever tombstones are to be. */
    long LEAVING_MILLIS = Duration.ofMinutes(1).toMillis();
    /** How long a reservation is kept whose rotation never came to its end. */
    long RESERVED_MILLIS = Duration.ofHours(1).toMillis();

    /** A session, over or not. */
    record Held(Session session) implements CellBody {}

    /** @param arriving the successor's state, until that is known to stand; null: it stood */
    record Gone(Tombstone tombstone, @Nullable Session arriving) implements CellBody {
        boolean leadsTo(SessionKey successor) {
            Tombstone.Rotation rotation = tombstone.rotation();
            return rotation != null && rotation.successor().equals(successor);
        }
    }

    /** @param from the key of the session that is to come */
    record Reserved(SessionKey from) implements CellBody {}

    /** The cell of a session. */
    static Cell of(Session session, Policies policies) {
        NamespacePolicy policy = policies.of(session.namespace());
        ByteSink out = new ByteSink();
        CellStates.write(session, out);
        boolean held = policy.expiry() == NamespacePolicy.Expiry.ADVISORY;
        return new Cell(
                session.key(),
                session.namespace(),
                Owner.of(session.namespace(), session.principal()),
                Stamp.of(session),
                session.createdAt(),
                session.lastAccessedAt(),
                latestEnd(session),
                session.idleSeconds() * 1000,
                held ? policy.orphanAfter().toMillis() : 0,
                policy.tombstone().toMillis(),
                out.bytes());
    }

    private static long latestEnd(Session session) {
        long end = Math.min(Cell.NEVER, session.endsAt());
        return session.absoluteSeconds() == 0
                ? end
                : Math.min(end, session.createdAt() + session.absoluteSeconds() * 1000);
    }

    /**
     * The cell of one that is gone. Of a rotated one, the owner's listing still shows the place.
     *
     * @param was the session as it was
     */
    static Cell of(Tombstone tombstone, Session was, @Nullable Session arriving) {
        ByteSink out = new ByteSink();
        out.put(CellStates.codeOf(tombstone.reason()));
        out.putTime(tombstone.goneAt());
        out.putTime(tombstone.keepUntil());
        Tombstone.Rotation rotation = tombstone.rotation();
        if (rotation != null) {
            out.putKey(rotation.successor());
            out.putTime(Math.max(0, rotation.graceUntil()));
            out.put(arriving == null ? 0 : 1);
            CellStates.write(rotation.before(), out);
            if (arriving != null) {
                CellStates.write(arriving, out);
            }
        }
        long keepUntil = arriving == null
                ? tombstone.keepUntil()
                : Math.max(tombstone.keepUntil(), tombstone.goneAt() + LEAVING_MILLIS);
        return new Cell(
                tombstone.key(),
                tombstone.namespace(),
                rotation == null ? null : Owner.of(was.namespace(), was.principal()),
                new Stamp(was.incarnation(), arriving == null ? Stamp.GONE : Stamp.LEAVING),
                was.createdAt(),
                Math.max(was.lastAccessedAt(), arriving == null ? 0 : arriving.lastAccessedAt()),
                Math.min(Cell.NEVER, keepUntil),
                0,
                0,
                0,
                out.bytes());
    }

    /** The cell that keeps a key for the successor of the session under another key. */
    static Cell reservation(Session next, SessionKey from, long now) {
        ByteSink out = new ByteSink();
        out.putKey(from);
        return new Cell(
                next.key(),
                next.namespace(),
                Owner.of(next.namespace(), next.principal()),
                new Stamp(next.incarnation(), Stamp.RESERVED),
                next.createdAt(),
                0,
                now + RESERVED_MILLIS,
                0,
                0,
                0,
                out.bytes());
    }

    /** @throws UnreadableCellException if nobody writes such a body */
    static CellBody read(Cell cell) throws UnreadableCellException {
        ByteSource in = new ByteSource(cell.body());
        long revision = cell.stamp().revision();
        CellBody body;
        if (revision > 0) {
            body = new Held(CellStates.read(in, cell, cell.key()));
        } else if (revision == Stamp.RESERVED) {
            body = new Reserved(in.readKey());
        } else if (revision == Stamp.GONE || revision == Stamp.LEAVING) {
            body = gone(in, cell);
        } else {
            throw in.unreadable("it is of no known kind");
        }
        in.expectEnd();
        return body;
    }

    private static Gone gone(ByteSource in, Cell cell) throws UnreadableCellException {
        Reason reason = CellStates.reasonOf(in.read(), in);
        long goneAt = in.readTime();
        long keepUntil = in.readTime();
        Tombstone.Rotation rotation = null;
        Session arriving = null;
        if (reason == Reason.ROTATED) {
            SessionKey successor = in.readKey();
            long graceUntil = in.readTime();
            boolean hasArriving = in.read() != 0;
            Session before = CellStates.read(in, cell, cell.key());
            arriving = hasArriving ? CellStates.read(in, cell, successor) : null;
            rotation = new Tombstone.Rotation(successor, before, graceUntil, goneAt);
        }
        Tombstone tombstone = new Tombstone(cell.key(), cell.namespace(), reason, goneAt, keepUntil, rotation);
        return new Gone(tombstone, arriving);
    }
}
