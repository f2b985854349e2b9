package dev.sessionstore.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a listing.
 *
 * @param nextCursor where the next page begins; null after the last one
 */
public record SessionPage(
        List<SessionDocument> sessions, @Nullable String nextCursor) {
    /**
     * Reads a page that {@link JsonText#compact} made or checked. Fields that a newer service may add are passed over.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static SessionPage parse(byte[] compactJson) {
        Slice page = Slice.of(compactJson);
        List<SessionDocument> sessions = null;
        String nextCursor = null;
        Members members = new Members(page.isObject() ? page : Slice.of(new byte[] {'{', '}'}));
        while (members.next()) {
            Slice value = members.value();
            String name = members.name();
            if (name.equals("sessions") && value.isArray()) {
                sessions = readAll(value);
            } else if (name.equals("nextCursor") && !value.isNull()) {
                nextCursor = cursor(value);
            }
        }
        if (sessions == null) {
            throw new IllegalArgumentException("no page of sessions");
        }
        return new SessionPage(sessions, nextCursor);
    }

    private static String cursor(Slice value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("no page of sessions: nextCursor");
        }
        return value.text();
    }

    private static List<SessionDocument> readAll(Slice array) {
        List<SessionDocument> all = new ArrayList<>();
        Members elements = new Members(array);
        while (elements.next()) {
            all.add(SessionDocumentReader.read(elements.value()));
        }
        return all;
    }
}
