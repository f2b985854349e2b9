package dev.sessionstore.store;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The state of a session as a part of a cell's body; {@link CellBody} shows it. */
final class CellStates {
    private static final int HAS_PRINCIPAL = 1;
    private static final int HAS_LABEL = 2;
    private static final int HAS_BINDING = 4;
    private static final int PERMANENT = 8;
    private static final int HAS_END = 16;
    private static final int ALL = 31;

    private CellStates() {}

    static void write(Session session, ByteSink out) {
        byte[] binding = session.binding();
        boolean ends = session.endsAt() != Session.NEVER;
        out.put((session.principal() == null ? 0 : HAS_PRINCIPAL)
                | (session.label() == null ? 0 : HAS_LABEL)
                | (binding == null ? 0 : HAS_BINDING)
                | (session.isPermanent() ? PERMANENT : 0)
                | (ends ? HAS_END : 0));
        out.putNumber(session.version());
        out.putTime(session.createdAt());
        if (ends) {
            out.putTime(session.endsAt());
        }
        out.putNumber(session.idleSeconds());
        out.putNumber(session.absoluteSeconds());
        text(session.principal(), out);
        text(session.label(), out);
        if (binding != null) {
            out.putSized(binding);
        }
        out.putSized(session.attributes().json());
    }

    private static void text(@Nullable String text, ByteSink out) {
        if (text != null) {
            out.putSized(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static Session read(ByteSource in, Cell cell, SessionKey key) throws UnreadableCellException {
        int flags = in.read();
        if ((flags & ~ALL) != 0) {
            throw in.unreadable("a session has unknown flags");
        }
        long version = in.readNumber();
        Session.Builder session =
                Session.written(key, cell.namespace(), cell.stamp().incarnation(), in.readTime());
        session.version(version)
                .lastAccessedAt(cell.accessedAt())
                .permanent((flags & PERMANENT) != 0)
                .endsAt((flags & HAS_END) == 0 ? Session.NEVER : in.readTime())
                .idleSeconds(in.readNumber())
                .absoluteSeconds(in.readNumber());
        if ((flags & HAS_PRINCIPAL) != 0) {
            session.principal(in.readText());
        }
        if ((flags & HAS_LABEL) != 0) {
            session.label(in.readText());
        }
        if ((flags & HAS_BINDING) != 0) {
            session.binding(in.readSized());
        }
        byte[] json = in.readSized();
        return session.attributes(
                        json.length == Attributes.NONE.size() ? Attributes.NONE : Attributes.ofCheckedJson(json))
                .build();
    }

    static int codeOf(Reason reason) {
        return switch (reason) {
            case DELETED -> 1;
            case EXPIRED -> 2;
            case REVOKED -> 3;
            case ROTATED -> 4;
            case EVICTED -> throw new IllegalArgumentException("what was evicted leaves no marker");
        };
    }

    static Reason reasonOf(int code, ByteSource in) throws UnreadableCellException {
        return switch (code) {
            case 1 -> Reason.DELETED;
            case 2 -> Reason.EXPIRED;
            case 3 -> Reason.REVOKED;
            case 4 -> Reason.ROTATED;
            default -> throw in.unreadable("it is gone for no known reason");
        };
    }
}
