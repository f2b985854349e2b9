package dev.sessionstore.store.memory.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files cut at every offset and altered in every bit. Either the very image comes out that went in, or its exact
 * beginning, or a refusal.
 *
 * <p>Cuts are tried on 200 records of all kinds and sizes. Bits are tried on fewer and smaller ones, and what a key
 * closes on fewer still: each try reads the file from its beginning, and a record's fate does not depend on how many
 * are before it.
 *
 * <p>No length that a file claims is believed: a frame is refused by its header's check, by {@link FrameWriter#MAX_BODY}
 * or by the file's end before room for it is reserved.
 */
class EveryByteTest {
    private static final String PLAIN = "plain";
    private static final String SECRET = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final long BASE = 7;

    private static DataKeys keys(String text) {
        return DataKeys.parse(text);
    }

    private static FileHeader header(DataKeys keys, long base) {
        return FileHeader.ofJournal(base, keys.writingId(), Changes.NOW);
    }

    /** A source that ends where the test says. */
    private record Bytes(byte[] bytes, int length) implements Storage.Source {
        @Override
        public long size() {
            return length;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position + into.remaining() > length) {
                throw new EOFException();
            }
            into.put(bytes, (int) position, into.remaining());
        }

        @Override
        public void close() {}
    }

    /** @param records -1: not even the header is there */
    private record Read(int records, boolean torn, long offset) {}

    /** As recovery reads a journal, without its thread for the progress. */
    private static Read read(byte[] bytes, int length, DataKeys keys, Image image) {
        try {
            FrameReader reader = FrameReader.open("journal", new Bytes(bytes, length), FileHeader.Kind.JOURNAL);
            if (reader == null) {
                return new Read(-1, true, 0);
            }
            Sealing sealing = Recovery.requireKey(keys, reader.header(), "journal");
            RecordReader records = new RecordReader(image);
            Frame frame = new Frame();
            int count = 0;
            while (reader.next(frame, sealing)) {
                records.journal(frame.bytes, frame.length);
                count++;
                assertThat(frame.bytes.length).isLessThanOrEqualTo(FrameWriter.MAX_BODY);
            }
            return new Read(count, reader.isTorn(), reader.offset());
        } catch (ByteReader.MalformedException e) {
            throw new DamagedException("journal", 0, e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aJournalCutAnywhereGivesExactlyTheRecordsThatAreWhole(String key) {
        DataKeys keys = keys(key);
        boolean plain = key.equals(PLAIN);
        List<Change> changes = Changes.varied(1, plain ? 200 : 40, plain ? 8192 : 300);
        Changes.Written journal = Changes.journal(header(keys, BASE), keys, changes);
        long[] digests = digests(changes);
        IntStream.rangeClosed(0, journal.bytes().length).parallel().forEach(cut -> {
            int whole = (int) journal.ends().stream().filter(end -> end <= cut).count();
            Told.Digest digest = new Told.Digest();
            Read read = read(journal.bytes(), cut, keys, digest);
            int begin = whole == 0 ? FileHeader.SIZE : journal.ends().get(whole - 1);
            Read expected = cut < FileHeader.SIZE ? new Read(-1, true, 0) : new Read(whole, cut > begin, begin);
            if (!read.equals(expected) || digest.value() != digests[whole]) {
                throw new AssertionError("cut at " + cut + ": " + read + ", expected " + expected);
            }
        });
    }

    private static long[] digests(List<Change> changes) {
        Told.Digest digest = new Told.Digest();
        long[] values = new long[changes.size() + 1];
        for (int i = 0; i < changes.size(); i++) {
            values[i] = digest.value();
            Told.to(digest, changes.get(i));
        }
        values[changes.size()] = digest.value();
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void anImageOfEachBeginningIsThatOfTheFirstChanges(String key) throws IOException {
        DataKeys keys = keys(key);
        List<Change> changes = Changes.varied(2, 200, 8192);
        FileHeader header = header(keys, 0);
        Changes.Written journal = Changes.journal(header, keys, changes);
        PlainImage model = new PlainImage();
        Random random = new Random(2);
        for (int k = 0; k <= changes.size(); k++) {
            int from = k == 0 ? FileHeader.SIZE : journal.ends().get(k - 1);
            int to = k == changes.size() ? from + 1 : journal.ends().get(k);
            int cut = from + random.nextInt(to - from);
            SimulatedStorage storage = new SimulatedStorage();
            storage.put(FileNames.of(FileHeader.Kind.JOURNAL, 0), Arrays.copyOf(journal.bytes(), cut));
            PlainImage image = new PlainImage();
            Recovered found = new Recovery(storage, keys, image).read();
            assertThat(found.last()).isEqualTo(k);
            assertThat(found.torn() == null).isEqualTo(cut == from);
            if (found.torn() != null) {
                assertThat(found.torn().size()).isEqualTo(from);
                assertThat(found.torn().bytes()).isEqualTo(cut - from);
            }
            assertThat(Told.of(image)).isEqualTo(Told.of(model));
            if (k < changes.size()) {
                Told.to(model, changes.get(k));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aTailThatWasNeverWrittenReadsAsZerosAndIsTorn(String key) {
        DataKeys keys = keys(key);
        List<Change> changes = Changes.varied(3, 120, 3000);
        Changes.Written journal = Changes.journal(header(keys, BASE), keys, changes);
        long[] digests = digests(changes);
        for (int sector = 512; sector < journal.bytes().length - 16; sector += 512) {
            byte[] bytes = journal.bytes().clone();
            Arrays.fill(bytes, sector, bytes.length, (byte) 0);
            int from = sector;
            int whole = (int) journal.ends().stream().filter(end -> end <= from).count();
            int begin = whole == 0 ? FileHeader.SIZE : journal.ends().get(whole - 1);
            Told.Digest digest = new Told.Digest();
            Read read = read(bytes, bytes.length, keys, digest);
            assertThat(read).isEqualTo(new Read(whole, true, begin));
            assertThat(digest.value()).isEqualTo(digests[whole]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aJournalWithAnyBitFlippedIsRefused(String key) {
        DataKeys keys = keys(key);
        List<Change> changes = Changes.varied(4, key.equals(PLAIN) ? 40 : 16, 30);
        Changes.Written journal = Changes.journal(header(keys, BASE), keys, changes);
        long[] digests = digests(changes);
        IntStream.range(0, 8 * journal.bytes().length).parallel().forEach(bit -> {
            byte[] bytes = journal.bytes().clone();
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
            Told.Digest digest = new Told.Digest();
            try {
                Read read = read(bytes, bytes.length, keys, digest);
                boolean isTheSame = digest.value() == digests[changes.size()] && !read.torn();
                if (!isTheSame) {
                    throw new AssertionError("bit " + bit + " flipped: " + read);
                }
            } catch (DamagedException refused) {
                // As it should be.
            }
        });
    }

    @Test
    void aLengthBeyondTheLimitIsRefusedBeforeItIsReserved() {
        DataKeys keys = DataKeys.PLAIN;
        FileHeader header = header(keys, BASE);
        byte[] good = Changes.journal(header, keys, Changes.varied(5, 5, 40)).bytes();
        for (int length : new int[] {-1, Integer.MIN_VALUE, FrameWriter.MAX_BODY + 1, Integer.MAX_VALUE}) {
            byte[] bytes = good.clone();
            ByteWriter.INT.set(bytes, FileHeader.SIZE, length);
            int crc = FrameWriter.headerCrc(new java.util.zip.CRC32C(), header, bytes, FileHeader.SIZE);
            ByteWriter.INT.set(bytes, FileHeader.SIZE + FrameWriter.HEADER_CRC_AT, crc);
            assertThatExceptionOfType(DamagedException.class)
                    .isThrownBy(() -> read(bytes, bytes.length, keys, new Told.Digest()))
                    .withMessageContaining("limit");
        }
        // One that the limit allows and the file does not have is a torn tail, and reserves nothing either.
        byte[] bytes = good.clone();
        ByteWriter.INT.set(bytes, FileHeader.SIZE, FrameWriter.MAX_BODY);
        int crc = FrameWriter.headerCrc(new java.util.zip.CRC32C(), header, bytes, FileHeader.SIZE);
        ByteWriter.INT.set(bytes, FileHeader.SIZE + FrameWriter.HEADER_CRC_AT, crc);
        assertThat(read(bytes, bytes.length, keys, new Told.Digest())).isEqualTo(new Read(0, true, FileHeader.SIZE));
        assertThat(FrameWriter.MAX_BODY).isLessThan(64 << 20);
    }

    // --- snapshots

    private static SimulatedStorage snapshot(DataKeys keys, PlainImage image, long base) throws IOException {
        SimulatedStorage storage = new SimulatedStorage();
        FileHeader header = FileHeader.ofSnapshot(base, keys.writingId(), Changes.NOW, 0);
        String name = FileNames.of(FileHeader.Kind.SNAPSHOT, base);
        try (SnapshotWriter writer =
                new SnapshotWriter(storage.create(name), header, keys.writingSealing(header), worked -> {})) {
            for (Object held : image.byKey().values()) {
                writer.write(held instanceof Session session ? session : (Tombstone) held);
            }
            writer.end(base, Changes.NOW);
        }
        FileHeader journal = header(keys, base);
        storage.put(
                FileNames.of(FileHeader.Kind.JOURNAL, base),
                Changes.journal(journal, keys, List.of()).bytes());
        return storage;
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aSnapshotCutOrAlteredAnywhereIsRefused(String key) throws IOException {
        DataKeys keys = keys(key);
        PlainImage image = new PlainImage();
        Changes.varied(6, 200, 8192).forEach(change -> Told.to(image, change));
        // Enough for several frames.
        Changes.varied(60, 5000, 3000).forEach(change -> Told.to(image, change));
        SimulatedStorage storage = snapshot(keys, image, BASE);
        String name = FileNames.of(FileHeader.Kind.SNAPSHOT, BASE);
        PlainImage back = new PlainImage();
        Recovered found = new Recovery(storage, keys, back).read();
        assertThat(found.last()).isEqualTo(BASE);
        assertThat(Told.of(back)).isEqualTo(Told.of(image));
        byte[] whole = storage.bytes(name);
        assertThat(whole.length).as("several frames").isGreaterThan(1 << 16);
        Random random = new Random(Long.getLong("seed", 6));
        for (int i = 0; i < 150; i++) {
            byte[] altered = whole.clone();
            // Headers more often than chance would have it.
            int at = i < 40 ? random.nextInt(FileHeader.SIZE + FrameWriter.HEADER_SIZE) : random.nextInt(whole.length);
            altered[at] ^= (byte) (1 << random.nextInt(8));
            refused(storage, keys, name, altered, "bit flipped in byte " + at);
            int cut = random.nextInt(whole.length);
            refused(storage, keys, name, Arrays.copyOf(whole, cut), "cut at " + cut);
            byte[] unwritten = whole.clone();
            Arrays.fill(unwritten, cut & -512, whole.length, (byte) 0);
            refused(storage, keys, name, unwritten, "zeros from " + (cut & -512));
        }
        refused(storage, keys, name, new byte[0], "empty");
    }

    private static void refused(SimulatedStorage storage, DataKeys keys, String name, byte[] bytes, String what)
            throws IOException {
        storage.put(name, bytes);
        try {
            new Recovery(storage, keys, new PlainImage()).read();
        } catch (DamagedException e) {
            assertThat(e)
                    .hasMessageContaining(name)
                    .hasMessageContaining("offset")
                    .hasMessageContaining("--repair");
            return;
        }
        throw new AssertionError(what + ": it was read");
    }

    // --- what was written, but elsewhere

    private static byte[] frame(Changes.Written journal, int index) {
        int from = index == 0 ? FileHeader.SIZE : journal.ends().get(index - 1);
        return Arrays.copyOfRange(journal.bytes(), from, journal.ends().get(index));
    }

    private static byte[] assemble(Changes.Written journal, List<byte[]> frames) {
        ByteWriter out = new ByteWriter(1 << 12);
        out.put(Arrays.copyOf(journal.bytes(), FileHeader.SIZE));
        frames.forEach(out::put);
        return Arrays.copyOf(out.array(), out.length());
    }

    private static List<byte[]> frames(Changes.Written journal) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < journal.ends().size(); i++) {
            frames.add(frame(journal, i));
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void recordsSwappedRepeatedLeftOutOrMovedAreRefused(String key) throws IOException {
        DataKeys keys = keys(key);
        List<Change> changes = Changes.varied(7, 20, 100);
        Changes.Written journal = Changes.journal(header(keys, 0), keys, changes);
        Changes.Written other = Changes.journal(header(keys, 0), keys, changes);
        String name = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        SimulatedStorage storage = new SimulatedStorage();
        storage.put(name, assemble(journal, frames(journal)));
        assertThat(new Recovery(storage, keys, new PlainImage()).read().last()).isEqualTo(20);
        for (int i = 0; i < 19; i++) {
            List<byte[]> swapped = frames(journal);
            java.util.Collections.swap(swapped, i, i + 1);
            refused(storage, keys, name, assemble(journal, swapped), "swapped " + i);
            List<byte[]> repeated = frames(journal);
            repeated.add(i + 1, repeated.get(i));
            refused(storage, keys, name, assemble(journal, repeated), "repeated " + i);
            List<byte[]> missing = frames(journal);
            missing.remove(i);
            refused(storage, keys, name, assemble(journal, missing), "left out " + i);
            List<byte[]> moved = frames(journal);
            moved.set(i, frame(other, i));
            refused(storage, keys, name, assemble(journal, moved), "from another file " + i);
        }
        List<byte[]> longer = frames(journal);
        longer.add(frame(other, 19));
        refused(storage, keys, name, assemble(journal, longer), "one more");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SECRET})
    void aFileUnderAnothersNameIsRefused(String key) throws IOException {
        DataKeys keys = keys(key);
        List<Change> changes = Changes.varied(8, 20, 100);
        byte[] first =
                Changes.journal(header(keys, 0), keys, changes.subList(0, 10)).bytes();
        byte[] second =
                Changes.journal(header(keys, 10), keys, changes.subList(10, 20)).bytes();
        byte[] ofOtherBase =
                Changes.journal(header(keys, 3), keys, changes.subList(0, 10)).bytes();
        String firstName = FileNames.of(FileHeader.Kind.JOURNAL, 0);
        String secondName = FileNames.of(FileHeader.Kind.JOURNAL, 10);
        SimulatedStorage storage = new SimulatedStorage();
        storage.put(firstName, first);
        storage.put(secondName, second);
        assertThat(new Recovery(storage, keys, new PlainImage()).read().last()).isEqualTo(20);
        storage.put(secondName, ofOtherBase);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> new Recovery(storage, keys, new PlainImage()).read())
                .withMessageContaining(secondName);
        storage.put(firstName, second);
        storage.put(secondName, first);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> new Recovery(storage, keys, new PlainImage()).read());
        storage.forget(firstName);
        storage.put(secondName, second);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> new Recovery(storage, keys, new PlainImage()).read())
                .withMessageContaining("missing");
        SimulatedStorage disguised = new SimulatedStorage();
        disguised.put(FileNames.of(FileHeader.Kind.SNAPSHOT, 0), first);
        disguised.put(firstName, first);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> new Recovery(disguised, keys, new PlainImage()).read());
    }

    // --- keys

    @Test
    void anAlteredHeaderIsRefusedByTheFramesThatWereEncryptedUnderIt() {
        DataKeys keys = keys(SECRET);
        FileHeader header = header(keys, BASE);
        List<Change> changes = Changes.varied(9, 5, 60);
        byte[] good = Changes.journal(header, keys, changes).bytes();
        FileHeader later =
                new FileHeader(header.kind(), header.id(), header.base(), header.keyId(), header.createdAt() + 1, 0);
        byte[] altered = good.clone();
        System.arraycopy(later.encode(), 0, altered, 0, FileHeader.SIZE);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> read(altered, altered.length, keys, new Told.Digest()))
                .withMessageContaining("encrypted");
        // With the numbers in it altered too, so that only the key tells.
        FileHeader elsewhere =
                new FileHeader(header.kind(), header.id(), BASE + 100, header.keyId(), header.createdAt(), 0);
        byte[] renumbered = good.clone();
        System.arraycopy(elsewhere.encode(), 0, renumbered, 0, FileHeader.SIZE);
        ByteWriter.LONG.set(renumbered, FileHeader.SIZE + FrameWriter.NUMBER_AT, BASE + 101);
        int crc = FrameWriter.headerCrc(new java.util.zip.CRC32C(), header, renumbered, FileHeader.SIZE);
        ByteWriter.INT.set(renumbered, FileHeader.SIZE + FrameWriter.HEADER_CRC_AT, crc);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> read(renumbered, renumbered.length, keys, new Told.Digest()))
                .withMessageContaining("encrypted");
    }

    @Test
    void anAlteredRecordWithChecksToMatchIsRefusedByTheKey() {
        DataKeys keys = keys(SECRET);
        FileHeader header = header(keys, BASE);
        byte[] bytes = Changes.journal(header, keys, Changes.varied(9, 5, 60)).bytes();
        int body = FileHeader.SIZE + FrameWriter.HEADER_SIZE;
        bytes[body + 3] ^= 1;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, body, (int) ByteWriter.INT.get(bytes, FileHeader.SIZE));
        ByteWriter.INT.set(bytes, FileHeader.SIZE + FrameWriter.BODY_CRC_AT, (int) crc.getValue());
        int headerCrc = FrameWriter.headerCrc(crc, header, bytes, FileHeader.SIZE);
        ByteWriter.INT.set(bytes, FileHeader.SIZE + FrameWriter.HEADER_CRC_AT, headerCrc);
        assertThatExceptionOfType(DamagedException.class)
                .isThrownBy(() -> read(bytes, bytes.length, keys, new Told.Digest()))
                .withMessageContaining("altered, or moved");
    }

    @Test
    void aFileIsReadByItsOwnKeyOnly() {
        String other = "f".repeat(64);
        DataKeys keys = keys(SECRET);
        List<Change> changes = Changes.varied(10, 5, 60);
        byte[] encrypted = Changes.journal(header(keys, BASE), keys, changes).bytes();
        byte[] plain = Changes.journal(header(DataKeys.PLAIN, BASE), DataKeys.PLAIN, changes)
                .bytes();
        for (DataKeys wrong : List.of(keys(other), DataKeys.PLAIN)) {
            assertThatExceptionOfType(DirectoryException.class)
                    .isThrownBy(() -> read(encrypted, encrypted.length, wrong, new Told.Digest()))
                    .withMessageContaining("add that key to the file");
        }
        assertThatExceptionOfType(DirectoryException.class)
                .isThrownBy(() -> read(plain, plain.length, keys, new Told.Digest()))
                .withMessageContaining("\"plain\"");
        long whole = digests(changes)[5];
        for (Map.Entry<byte[], DataKeys> readable : List.of(
                Map.entry(encrypted, keys(other + "\n" + SECRET)),
                Map.entry(plain, keys(SECRET + "\nplain")),
                Map.entry(plain, DataKeys.PLAIN))) {
            Told.Digest digest = new Told.Digest();
            read(readable.getKey(), readable.getKey().length, readable.getValue(), digest);
            assertThat(digest.value()).isEqualTo(whole);
        }
    }

    @Test
    void nothingOfASessionIsReadableInAnEncryptedFile() throws IOException {
        DataKeys keys = keys(SECRET);
        List<Change> changes = Changes.varied(11, 128, 400);
        PlainImage image = new PlainImage();
        changes.forEach(change -> Told.to(image, change));
        byte[] journal = Changes.journal(header(keys, 0), keys, changes).bytes();
        byte[] plain = Changes.journal(header(DataKeys.PLAIN, 0), DataKeys.PLAIN, changes)
                .bytes();
        SimulatedStorage storage = snapshot(keys, image, BASE);
        byte[] snapshot = storage.bytes(FileNames.of(FileHeader.Kind.SNAPSHOT, BASE));
        int looked = 0;
        for (Object held : image.byKey().values()) {
            if (held instanceof Session session) {
                for (byte[] secret : secrets(session)) {
                    assertThat(indexOf(plain, secret)).as("the search works").isNotNegative();
                    assertThat(indexOf(journal, secret)).isNegative();
                    assertThat(indexOf(snapshot, secret)).isNegative();
                    looked++;
                }
            }
        }
        assertThat(looked).isGreaterThan(9);
    }

    private static List<byte[]> secrets(Session session) {
        List<byte[]> secrets = new ArrayList<>();
        ByteBuffer key = ByteBuffer.allocate(16);
        secrets.add(key.putLong(session.key().hi()).putLong(session.key().lo()).array());
        for (String text : Arrays.asList(session.principal(), session.label(), session.namespace())) {
            if (text != null && text.length() >= 4) {
                secrets.add(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] json = session.attributes().json();
        if (json.length > 20) {
            secrets.add(Arrays.copyOfRange(json, 6, 14));
        }
        if (session.binding() != null) {
            secrets.add(Arrays.copyOf(session.binding(), 8));
        }
        return secrets;
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int at = 0; at <= in.length - what.length; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }
}
