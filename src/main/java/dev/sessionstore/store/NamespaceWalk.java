package dev.sessionstore.store;

import dev.sessionstore.core.Page;
import dev.sessionstore.core.Scan;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Shown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows an engine's cells as sessions. Thread-safe. */
final class NamespaceWalk implements Scan {
    /** A small namespace among many sessions gets short pages rather than one long wait. */
    private static final int MOST_PARTS = 20;

    private final Engine.Walk walk;
    private final Cells cells;

    NamespaceWalk(Engine.Walk walk, Cells cells) {
        this.walk = walk;
        this.cells = cells;
    }

    @Override
    public Page scan(@Nullable String namespace, Shown shown, Page.@Nullable Cursor after, int limit) {
        Moved moved = new Moved(cells, after);
        List<Session> sessions = new ArrayList<>();
        Set<Long> incarnations = new HashSet<>();
        Page.Cursor at = after;
        for (int parts = 0; parts < MOST_PARTS && sessions.size() < limit; parts++) {
            Engine.Part part = walk.cells(namespace, at, limit - sessions.size());
            for (Cell cell : part.cells()) {
                Session session = moved.sessionOf(cell);
                if (session != null
                        && (namespace == null || session.namespace().equals(namespace))
                        && shown.shows(session, cells.now())
                        && incarnations.add(session.incarnation())) {
                    sessions.add(session);
                }
            }
            at = part.next();
            if (at == null) {
                return new Page(sessions, null);
            }
            at = new Page.Cursor(at.createdAt(), at.key(), moved.since());
        }
        return new Page(sessions, at);
    }
}
