package dev.sessionstore.client;

import dev.sessionstore.wire.SessionDocument;
import dev.sessionstore.wire.SessionPage;
import java.util.Collections;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A listing as a stream that fetches a page when it has come to the end of the one before. */
final class Pages extends Spliterators.AbstractSpliterator<StoredSession> {
    private final Function<@Nullable String, SessionPage> fetch;
    private final Function<SessionDocument, StoredSession> session;
    private Iterator<SessionDocument> page = Collections.emptyIterator();
    private @Nullable String cursor;
    private boolean isLast;

    private Pages(Function<@Nullable String, SessionPage> fetch, Function<SessionDocument, StoredSession> session) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.fetch = fetch;
        this.session = session;
    }

    /** @param fetch the page that begins at that cursor, which is null for the first one */
    static Stream<StoredSession> stream(
            Function<@Nullable String, SessionPage> fetch, Function<SessionDocument, StoredSession> session) {
        return StreamSupport.stream(new Pages(fetch, session), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super StoredSession> action) {
        // A page may be empty before the last one.
        while (!page.hasNext()) {
            if (isLast) {
                return false;
            }
            SessionPage next = fetch.apply(cursor);
            page = next.sessions().iterator();
            cursor = next.nextCursor();
            isLast = cursor == null;
        }
        action.accept(session.apply(page.next()));
        return true;
    }
}
