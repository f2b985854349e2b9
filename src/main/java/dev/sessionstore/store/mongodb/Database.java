package dev.sessionstore.store.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** The connections to MongoDB, the collection with its indexes, and what the driver's failures mean. Thread-safe. */
final class Database {
    private static final String SRV = "mongodb+srv:";
    private static final int COMMAND_NOT_FOUND = 59;
    /** No more room on the disk, in a quota, or in a document. */
    private static final Set<Integer> FULL = Set.of(14031, 12501, 10334, 17280);

    private final MongoOptions options;
    private final @Nullable SSLContext trust;
    private @Nullable MongoClient client;
    private volatile boolean indexed;
    private volatile String hello = "hello";

    Database(MongoOptions options) {
        this.options = options;
        if (!options.url().startsWith(SRV)) {
            // The others are looked up in the DNS for that, later.
            connectionString(options.url());
        }
        trust = options.ca() == null ? null : TrustedCertificates.of(options.ca());
    }

    private static ConnectionString connectionString(String url) {
        try {
            return new ConnectionString(url);
        } catch (IllegalArgumentException e) {
            // What the driver says may quote a password that has an @ or a / in it.
            throw new IllegalArgumentException(
                    "is no connection string of MongoDB" + (url.contains("@") ? "" : ": " + e.getMessage()));
        }
    }

    private synchronized MongoClient client() {
        if (client == null) {
            client = MongoClients.create(settings());
        }
        return client;
    }

    private MongoClientSettings settings() {
        long millis = options.timeout().toMillis();
        return MongoClientSettings.builder()
                .applyConnectionString(connectionString(options.url()))
                .applicationName("session-store")
                // Of each call, with whatever it has to wait for.
                .timeout(millis, TimeUnit.MILLISECONDS)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(millis, TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout((int) millis, TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(1, TimeUnit.SECONDS)
                        .minHeartbeatFrequency(200, TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(pool ->
                        pool.maxSize(options.connections()).minSize(0).maxWaitTime(millis, TimeUnit.MILLISECONDS))
                .applyToSslSettings(ssl -> {
                    if (trust != null) {
                        ssl.enabled(true).context(trust);
                    }
                })
                // An acknowledged write survives a change of the primary, and the next read sees it.
                .writeConcern(WriteConcern.MAJORITY)
                .readPreference(ReadPreference.primary())
                .build();
    }

    private MongoDatabase database() {
        return client().getDatabase(options.database());
    }

    /**
     * One exchange.
     *
     * @param millis how long it may take
     */
    <T extends @Nullable Object> T call(long millis, Function<MongoCollection<Document>, T> exchange) {
        if (millis <= 0) {
            throw StoreUnavailableException.refused(
                    "MongoDB did not answer within " + options.timeout().toMillis() + " ms");
        }
        try {
            MongoCollection<Document> collection =
                    database().getCollection(options.collection()).withTimeout(millis, TimeUnit.MILLISECONDS);
            if (!indexed) {
                collection.createIndexes(indexes());
                indexed = true;
            }
            return exchange.apply(collection);
        } catch (MongoException e) {
            throw failure(e);
        } catch (BsonMaximumSizeExceededException e) {
            throw new StoreFullException("MongoDB takes no document larger than 16 MiB");
        }
    }

    private static List<IndexModel> indexes() {
        return List.of(
                new IndexModel(Indexes.ascending("x"), new IndexOptions().expireAfter(0L, TimeUnit.SECONDS)),
                new IndexModel(Indexes.compoundIndex(
                        Indexes.ascending("o"), Indexes.descending("c"), Indexes.ascending("_id"))),
                new IndexModel(Indexes.ascending("n", "_id")));
    }

    /** The server's time, in epoch milliseconds. */
    long time() {
        try {
            Document answer;
            String said = hello;
            try {
                answer = database().runCommand(new Document(said, 1));
            } catch (MongoCommandException e) {
                if (e.getErrorCode() != COMMAND_NOT_FOUND || !said.equals("hello")) {
                    throw e;
                }
                // Before MongoDB 4.4.2.
                hello = "isMaster";
                answer = database().runCommand(new Document(hello, 1));
            }
            if (answer.get("localTime") instanceof Date time) {
                return time.getTime();
            }
            throw StoreUnavailableException.refused("MongoDB does not tell its time");
        } catch (MongoException e) {
            throw failure(e);
        }
    }

    /** Messages of commands quote what was sent; those of connections do not. */
    private static RuntimeException failure(MongoException e) {
        if (FULL.contains(e.getCode())) {
            return new StoreFullException("MongoDB has no room: error " + e.getCode());
        }
        if (e instanceof MongoOperationTimeoutException
                || e instanceof MongoTimeoutException
                || e instanceof MongoSocketException) {
            return new StoreUnavailableException("MongoDB does not answer: " + e.getMessage(), e);
        }
        String what = e instanceof MongoCommandException refusal
                ? refusal.getErrorCodeName()
                : e.getClass().getSimpleName();
        return StoreUnavailableException.refused("the exchange with MongoDB failed: " + what + " " + e.getCode());
    }

    synchronized void close() {
        if (client != null) {
            client.close();
        }
    }
}
