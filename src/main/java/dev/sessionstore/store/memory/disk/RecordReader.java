package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.memory.disk.ByteReader.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** From bytes to what they tell. For one thread and one file. */
final class RecordReader {
    private final Image image;
    private final ByteReader in = new ByteReader();

    private String namespace = "";
    private byte[] namespaceBytes = {};
    private long latest = Long.MIN_VALUE;
    private long sessions;
    private long tombstones;
    private @Nullable SnapshotEnd end;
    private @Nullable SessionKey begun;

    /** For a journal. */
    RecordReader(Image image) {
        this.image = image;
    }

    /** The latest time that any record speaks of as past, in epoch milliseconds. */
    long latest() {
        return latest;
    }

    /** How many were told; in a journal one session may come often. */
    long sessions() {
        return sessions;
    }

    long tombstones() {
        return tombstones;
    }

    /** The last record of a snapshot; null: it did not come. */
    @Nullable SnapshotEnd end() {
        return end;
    }

    /** For salvage: the key that a record which could not be read to its end began with; null: not even that. */
    @Nullable SessionKey begun() {
        return begun;
    }

    /** A frame of the journal: one record. */
    void journal(byte[] bytes, int length) throws MalformedException {
        in.on(bytes, 0, length);
        begun = null;
        int type = in.readByte();
        switch (type) {
            case RecordWriter.LIVE -> {
                image.live(lastOf(session()));
                sessions++;
            }
            case RecordWriter.GONE -> image.gone(lastOf(tombstone()));
            case RecordWriter.MOVED -> {
                Tombstone left = tombstone();
                Session arrived = lastOf(session());
                image.gone(left);
                image.live(arrived);
            }
            case RecordWriter.REMOVED -> image.removed(lastOf(key()));
            case RecordWriter.EVICTED -> {
                SessionKey key = key();
                long incarnation = in.readLong();
                image.evicted(key, incarnation, lastOf(in.readLong()));
            }
            case RecordWriter.TOUCHED -> touched();
            default -> throw new MalformedException("a journal has no records of type " + type);
        }
    }

    /** A frame of a snapshot: any number of records. */
    void snapshot(byte[] bytes, int length, Image.Share share) throws MalformedException {
        in.on(bytes, 0, length);
        while (in.hasMore()) {
            begun = null;
            int type = in.readByte();
            switch (type) {
                case RecordWriter.LIVE -> {
                    share.load(session());
                    sessions++;
                }
                case RecordWriter.GONE -> {
                    share.load(tombstone());
                    tombstones++;
                }
                case RecordWriter.END ->
                    end = lastOf(new SnapshotEnd(in.readLong(), in.readLong(), in.readLong(), past(in.readLong())));
                default -> throw new MalformedException("a snapshot has no records of type " + type);
            }
        }
    }

    private <T> T lastOf(T record) throws MalformedException {
        if (in.hasMore()) {
            throw new MalformedException("a record goes on after its last field");
        }
        return record;
    }

    private long past(long time) {
        latest = Math.max(latest, time);
        return time;
    }

    private void touched() throws MalformedException {
        for (int left = in.readInt(); left > 0; left--) {
            image.touched(key(), in.readLong(), past(in.readLong()));
        }
        lastOf(image);
    }

    private SessionKey key() throws MalformedException {
        SessionKey key = new SessionKey(in.readLong(), in.readLong());
        if (begun == null) {
            begun = key;
        }
        return key;
    }

    /** One string for all sessions of a namespace: it is compared, not decoded, while it stays the same. */
    private String namespace() throws MalformedException {
        int length = in.readByte();
        if (length != namespaceBytes.length || !in.skipIf(namespaceBytes)) {
            namespaceBytes = in.read(length);
            namespace = new String(namespaceBytes, StandardCharsets.US_ASCII).intern();
        }
        return namespace;
    }

    private Session session() throws MalformedException {
        SessionKey key = key();
        String name = namespace();
        long incarnation = in.readLong();
        long version = in.readLong();
        Session.Builder session = Session.written(key, name, incarnation, past(in.readLong()));
        session.version(version)
                .lastAccessedAt(past(in.readLong()))
                .endsAt(in.readLong())
                .idleSeconds(Integer.toUnsignedLong(in.readInt()))
                .absoluteSeconds(Integer.toUnsignedLong(in.readInt()));
        int has = in.readByte();
        if ((has & RecordWriter.HAS_PRINCIPAL) != 0) {
            session.principal(in.readUtf8(in.readInt()));
        }
        if ((has & RecordWriter.HAS_LABEL) != 0) {
            session.label(in.readUtf8(in.readInt()));
        }
        if ((has & RecordWriter.HAS_BINDING) != 0) {
            session.binding(in.read(in.readByte()));
        }
        session.permanent((has & RecordWriter.PERMANENT) != 0);
        byte[] json = in.read(in.readInt());
        return session.attributes(
                        json.length == Attributes.NONE.size() ? Attributes.NONE : Attributes.ofCheckedJson(json))
                .build();
    }

    private Tombstone tombstone() throws MalformedException {
        SessionKey key = key();
        String name = namespace();
        return new Tombstone(
                key, name, ReasonCode.reason(in.readByte()), past(in.readLong()), in.readLong(), rotation());
    }

    private Tombstone.@Nullable Rotation rotation() throws MalformedException {
        if (in.readByte() == 0) {
            return null;
        }
        SessionKey successor = key();
        long graceUntil = in.readLong();
        long order = in.readLong();
        return new Tombstone.Rotation(successor, session(), graceUntil, order);
    }
}
