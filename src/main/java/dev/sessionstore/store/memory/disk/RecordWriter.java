package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** From changes to bytes; {@code package-info} shows them. Not thread-safe. */
final class RecordWriter {
    static final int LIVE = 1;
    static final int GONE = 2;
    static final int MOVED = 3;
    static final int REMOVED = 4;
    static final int EVICTED = 5;
    static final int TOUCHED = 6;
    /** The last record of a snapshot. */
    static final int END = 7;

    static final int HAS_PRINCIPAL = 1;
    static final int HAS_LABEL = 2;
    static final int HAS_BINDING = 4;
    static final int PERMANENT = 8;

    private String lastNamespace = "";
    private byte[] lastNamespaceBytes = {};

    void write(Change change, ByteWriter out) {
        if (change instanceof Change.Live live) {
            write(live.session(), out);
        } else if (change instanceof Change.Gone gone) {
            write(gone.tombstone(), out);
        } else if (change instanceof Change.Moved moved) {
            out.putByte(MOVED);
            tombstone(moved.left(), out);
            session(moved.arrived(), out);
        } else if (change instanceof Change.Removed removed) {
            out.putByte(REMOVED);
            key(removed.key(), out);
        } else if (change instanceof Change.Evicted evicted) {
            out.putByte(EVICTED);
            key(evicted.key(), out);
            out.putLong(evicted.incarnation());
            out.putLong(evicted.version());
        } else if (change instanceof Change.Touched touched) {
            out.putByte(TOUCHED);
            out.putInt(touched.touches().size());
            for (Change.Touch touch : touched.touches()) {
                key(touch.key(), out);
                out.putLong(touch.incarnation());
                out.putLong(touch.at());
            }
        }
    }

    void write(Session session, ByteWriter out) {
        out.putByte(LIVE);
        session(session, out);
    }

    void write(Tombstone tombstone, ByteWriter out) {
        out.putByte(GONE);
        tombstone(tombstone, out);
    }

    void write(SnapshotEnd end, ByteWriter out) {
        out.putByte(END);
        out.putLong(end.sessions());
        out.putLong(end.tombstones());
        out.putLong(end.through());
        out.putLong(end.at());
    }

    private static void key(SessionKey key, ByteWriter out) {
        out.putLong(key.hi());
        out.putLong(key.lo());
    }

    private void namespace(String namespace, ByteWriter out) {
        if (!namespace.equals(lastNamespace)) {
            lastNamespaceBytes = namespace.getBytes(StandardCharsets.US_ASCII);
            lastNamespace = namespace;
        }
        out.putByte(lastNamespaceBytes.length);
        out.put(lastNamespaceBytes);
    }

    private void session(Session session, ByteWriter out) {
        key(session.key(), out);
        namespace(session.namespace(), out);
        out.putLong(session.incarnation());
        out.putLong(session.version());
        out.putLong(session.createdAt());
        out.putLong(session.lastAccessedAt());
        out.putLong(session.endsAt());
        out.putInt((int) session.idleSeconds());
        out.putInt((int) session.absoluteSeconds());
        byte[] binding = session.binding();
        out.putByte((session.principal() == null ? 0 : HAS_PRINCIPAL)
                | (session.label() == null ? 0 : HAS_LABEL)
                | (binding == null ? 0 : HAS_BINDING)
                | (session.isPermanent() ? PERMANENT : 0));
        text(session.principal(), out);
        text(session.label(), out);
        if (binding != null) {
            out.putByte(binding.length);
            out.put(binding);
        }
        byte[] json = session.attributes().json();
        out.putInt(json.length);
        out.put(json);
    }

    private static void text(@Nullable String text, ByteWriter out) {
        if (text != null) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.putInt(utf8.length);
            out.put(utf8);
        }
    }

    private void tombstone(Tombstone tombstone, ByteWriter out) {
        key(tombstone.key(), out);
        namespace(tombstone.namespace(), out);
        out.putByte(ReasonCode.of(tombstone.reason()));
        out.putLong(tombstone.goneAt());
        out.putLong(tombstone.keepUntil());
        Tombstone.Rotation rotation = tombstone.rotation();
        out.putByte(rotation == null ? 0 : 1);
        if (rotation != null) {
            key(rotation.successor(), out);
            out.putLong(rotation.graceUntil());
            out.putLong(rotation.order());
            session(rotation.before(), out);
        }
    }
}
