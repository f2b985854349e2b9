package dev.sessionstore.store.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.KeyHash;
import dev.sessionstore.core.SessionId;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Cell.Stamp;
import dev.sessionstore.store.Engine.Place;
import dev.sessionstore.store.Put;
import dev.sessionstore.store.UnreadableCellException;
import dev.sessionstore.testing.engines.TestMongo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By the server's clock, on a node that is an hour ahead. */
class MongoEngineTest {
    private static final String OWNER = "A".repeat(22);
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final String collection = TestMongo.newCollection();
    private final AtomicInteger unreadable = new AtomicInteger();
    private MongoEngine engine;
    private MongoClient client;
    private MongoCollection<Document> documents;

    static MongoOptions options(String url, String collection, Duration timeout) {
        return new MongoOptions(url, "test", collection, 10, timeout, null);
    }

    @BeforeEach
    void open() {
        InstantSource node = () -> InstantSource.system().instant().plusMillis(HOUR);
        String url = TestMongo.shared().url();
        engine = new MongoEngine(options(url, collection, Duration.ofSeconds(20)), node, null, new BackendObserver() {
            @Override
            public void unreadable() {
                unreadable.incrementAndGet();
            }
        });
        client = MongoClients.create(url);
        documents = client.getDatabase("test").getCollection(collection);
    }

    @AfterEach
    void close() {
        engine.close();
        client.close();
    }

    private static SessionKey newKey() {
        return KeyHash.plain().keyOf("shop", SessionId.generate());
    }

    private static Cell cell(SessionKey key, long revision, long accessedAt, long endsAt, long idleMillis) {
        return new Cell(
                key, "shop", OWNER, new Stamp(7, revision), 5, accessedAt, endsAt, idleMillis, 0, 1000, new byte[] {1});
    }

    private Cell lasting() {
        return cell(newKey(), 1, 1, Cell.NEVER, 0);
    }

    private Document document(SessionKey key) {
        return documents.find(Filters.eq("_id", key.handle())).first();
    }

    @Test
    void theServersClockCounts() {
        long now = System.currentTimeMillis();
        assertThat(engine.clock().millis()).isBetween(now - HOUR / 2, now + HOUR / 2);
    }

    @Test
    void theServersClockDecidesWhatIsOver() throws Exception {
        long now = engine.clock().millis();
        Cell live = cell(newKey(), 1, now, now + HOUR / 2, 0);
        engine.put(null, live);
        assertThat(engine.put(live.stamp(), cell(live.key(), 2, now, now + HOUR / 2, 0)))
                .isEqualTo(Put.DONE);
        engine.touch(live.key(), now + 5);
        assertThat(engine.find(live.key()).accessedAt()).isEqualTo(now + 5);

        Cell over = cell(newKey(), 1, now, now - 1, 0);
        engine.put(null, over);
        assertThat(engine.put(over.stamp(), cell(over.key(), 2, now, Cell.NEVER, 0)))
                .isIn(Put.GONE, Put.ABSENT);
        engine.touch(over.key(), now + 5);
        assertThat(engine.find(over.key())).usingRecursiveComparison().isEqualTo(over);
        assertThat(engine.count("shop").sessions()).isEqualTo(1);
    }

    @Test
    void theDateToDropAtFollowsTheLife() throws Exception {
        long now = engine.clock().millis();
        Cell idle = cell(newKey(), 1, now, Cell.NEVER, 10_000);
        engine.put(null, idle);
        assertThat(document(idle.key()).getDate("x")).isEqualTo(new Date(idle.droppedAt() + 1000));

        engine.touch(idle.key(), now + 5000);
        assertThat(document(idle.key()).getDate("x")).isEqualTo(new Date(idle.droppedAt() + 5000 + 1000));

        // With the access that was moved meanwhile, and a shorter life.
        Cell shorter = cell(idle.key(), 2, now, Cell.NEVER, 7000);
        assertThat(engine.put(idle.stamp(), shorter)).isEqualTo(Put.DONE);
        Cell merged = shorter.accessed(now + 5000);
        assertThat(engine.find(idle.key())).usingRecursiveComparison().isEqualTo(merged);
        assertThat(document(idle.key()).getDate("x")).isEqualTo(new Date(merged.droppedAt() + 1000));

        assertThat(engine.put(shorter.stamp(), cell(idle.key(), 3, now, Cell.NEVER, 0)))
                .isEqualTo(Put.DONE);
        assertThat(document(idle.key())).doesNotContainKey("x");
    }

    @Test
    void aTouchWritesNotTheValue() {
        Cell idle = cell(newKey(), 1, engine.clock().millis(), Cell.NEVER, 10_000);
        engine.put(null, idle);
        Object before = document(idle.key()).get("d");
        engine.touch(idle.key(), idle.accessedAt() + 1);
        assertThat(document(idle.key()).get("d")).isEqualTo(before);
    }

    private void isUnreadable(Cell cell, byte[] bytes) {
        assertThatThrownBy(() -> engine.find(cell.key()))
                .isInstanceOfSatisfying(
                        UnreadableCellException.class,
                        e -> assertThat(e.bytes()).isEqualTo(bytes));
        assertThat(engine.put(null, cell)).isEqualTo(Put.LOOK);
        engine.touch(cell.key(), Cell.NEVER);
        engine.discard(cell.key(), new byte[] {9});
        assertThat(document(cell.key())).isNotNull();
        engine.discard(cell.key(), bytes);
        assertThat(document(cell.key())).isNull();
        assertThat(engine.put(null, cell)).isEqualTo(Put.DONE);
    }

    @Test
    void whatCannotBeReadIsToldAndDiscardedIfItIsStillThat() {
        Cell damaged = lasting();
        engine.put(null, damaged);
        documents.updateOne(Filters.eq("_id", damaged.key().handle()), Updates.set("d", new Binary(new byte[] {1, 2})));
        assertThat(engine.put(new Stamp(8, 1), damaged)).isEqualTo(Put.LOOK);
        isUnreadable(damaged, new byte[] {1, 2});

        Cell foreign = lasting();
        documents.insertOne(new Document("_id", foreign.key().handle()).append("d", "text"));
        isUnreadable(foreign, new byte[0]);

        Cell contradicting = lasting();
        engine.put(null, contradicting);
        byte[] bytes = document(contradicting.key()).get("d", Binary.class).getData();
        documents.updateOne(Filters.eq("_id", contradicting.key().handle()), Updates.set("r", 5L));
        assertThat(engine.put(contradicting.stamp(), contradicting)).isEqualTo(Put.LOOK);
        isUnreadable(contradicting, bytes);
    }

    @Test
    void listingsLeaveOutWhatCannotBeReadAndCountIt() {
        for (int i = 0; i < 6; i++) {
            Cell cell = lasting();
            engine.put(null, cell);
            if (i % 2 == 0) {
                documents.updateOne(Filters.eq("_id", cell.key().handle()), Updates.set("d", "text"));
            }
        }
        documents.insertOne(new Document("_id", "no handle").append("n", "shop").append("o", OWNER));
        assertThat(engine.cells(OWNER, (Place) null, 3)).hasSize(3);
        assertThat(engine.cells(OWNER, (Place) null, 100)).hasSize(3);
        assertThat(engine.walk().orElseThrow().cells("shop", null, 100).cells()).hasSize(3);
        assertThat(unreadable.get()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void indexesAreMadeAtTheFirstUse() {
        engine.put(null, lasting());
        assertThat(documents
                        .listIndexes()
                        .map(index -> index.get("key", Document.class).keySet().toString()))
                .contains("[x]", "[o, c, _id]", "[n, _id]");
    }
}
