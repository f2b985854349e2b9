package dev.sessionstore.store.mongodb;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.CellFormat;
import dev.sessionstore.store.UnreadableCellException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A cell as a document:
 *
 * <pre>
 * _id  the handle
 * n    namespace
 * o    owner, if there is one
 * c    created at
 * i    incarnation
 * r    revision
 * b    length of the body
 * d    the cell in {@link CellFormat}, whose access may be an older one
 * a    accessed at
 * l    lives until: what is held after its end is not counted from then on
 * v    over at
 * x    a date, not before it may be dropped: for the TTL index; none: never
 * </pre>
 *
 * <p>Times are epoch milliseconds. A touch changes the last four alone.
 */
final class Documents {
    /** What nodes may be wrong about the server's clock, and more. */
    private static final long SLACK_MILLIS = 1000;

    private Documents() {}

    /** @param ahead by how many milliseconds the server's time of day is ahead of the one that cells tell */
    static Document of(Cell cell, long ahead) {
        Document document = new Document("_id", cell.key().handle())
                .append("n", cell.namespace())
                .append("c", cell.createdAt())
                .append("i", cell.stamp().incarnation())
                .append("r", cell.stamp().revision())
                .append("b", cell.body().length)
                .append("d", new Binary(CellFormat.write(cell)))
                .append("a", cell.accessedAt())
                .append("l", livesUntil(cell))
                .append("v", cell.overAt());
        if (cell.owner() != null) {
            document.append("o", cell.owner());
        }
        if (cell.droppedAt() < Cell.NEVER) {
            document.append("x", dropDate(cell, ahead));
        }
        return document;
    }

    private static long livesUntil(Cell cell) {
        return cell.overAt() - cell.holdMillis();
    }

    private static Date dropDate(Cell cell, long ahead) {
        return new Date(cell.droppedAt() + SLACK_MILLIS + ahead);
    }

    /** All of the cell in the place of another one. */
    static Bson replacement(Cell cell, long ahead) {
        List<Bson> updates = new ArrayList<>();
        updates.add(Updates.set("n", cell.namespace()));
        updates.add(cell.owner() == null ? Updates.unset("o") : Updates.set("o", cell.owner()));
        updates.add(Updates.set("c", cell.createdAt()));
        updates.add(Updates.set("i", cell.stamp().incarnation()));
        updates.add(Updates.set("r", cell.stamp().revision()));
        updates.add(Updates.set("b", cell.body().length));
        updates.add(Updates.set("d", new Binary(CellFormat.write(cell))));
        updates.add(access(cell, ahead));
        return Updates.combine(updates);
    }

    /** The access of the cell, and what follows from it. */
    static Bson access(Cell cell, long ahead) {
        return Updates.combine(
                Updates.set("a", cell.accessedAt()),
                Updates.set("l", livesUntil(cell)),
                Updates.set("v", cell.overAt()),
                cell.droppedAt() < Cell.NEVER ? Updates.set("x", dropDate(cell, ahead)) : Updates.unset("x"));
    }

    /** Matches the cell with that stamp. */
    static Bson standing(SessionKey key, Stamp stamp) {
        return Filters.and(
                Filters.eq("_id", key.handle()),
                Filters.eq("i", stamp.incarnation()),
                Filters.eq("r", stamp.revision()));
    }

    /** Matches it while it is not over and its access is not later than that. */
    static Bson standing(SessionKey key, Stamp stamp, long now, long accessedAt) {
        return Filters.and(standing(key, stamp), Filters.gt("v", now), Filters.lte("a", accessedAt));
    }

    /** Matches what {@link #read} found unreadable. */
    static Bson unreadable(SessionKey key, byte[] bytes) {
        Bson same = bytes.length == 0
                ? Filters.or(
                        Filters.not(Filters.type("d", org.bson.BsonType.BINARY)), Filters.eq("d", new Binary(bytes)))
                : Filters.eq("d", new Binary(bytes));
        return Filters.and(Filters.eq("_id", key.handle()), same);
    }

    static Cell read(SessionKey key, Document document) throws UnreadableCellException {
        if (!(document.get("d") instanceof Binary binary)) {
            throw new UnreadableCellException("it has no bytes", new byte[0]);
        }
        byte[] bytes = binary.getData();
        Cell written = CellFormat.read(key, bytes);
        long accessedAt = number(document, "a", bytes);
        Cell cell = written.accessed(accessedAt);
        // No write would match it, and no listing show it where it belongs.
        boolean fits = cell.accessedAt() == accessedAt
                && number(document, "i", bytes) == cell.stamp().incarnation()
                && number(document, "r", bytes) == cell.stamp().revision()
                && number(document, "v", bytes) == cell.overAt();
        if (!fits) {
            throw new UnreadableCellException("its fields contradict its bytes", bytes);
        }
        return cell;
    }

    private static long number(Document document, String field, byte[] bytes) throws UnreadableCellException {
        if (document.get(field) instanceof Long number) {
            return number;
        }
        throw new UnreadableCellException("its field " + field + " is no number of 64 bits", bytes);
    }

    /** Null: the document was put there by somebody else. */
    static @Nullable SessionKey key(Document document) {
        return document.get("_id") instanceof String handle
                ? SessionKey.parseHandle(handle).orElse(null)
                : null;
    }
}
