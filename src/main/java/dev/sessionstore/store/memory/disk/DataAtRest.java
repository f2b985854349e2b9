package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A data directory that is not this process's own: for reading it at rest, and for copying it while a server writes. */
public final class DataAtRest {
    private static final int MOST_ATTEMPTS = 5;

    private DataAtRest() {}

    /**
     * What a directory holds.
     *
     * @param files a line for each file that was read: its name, size and what is in it
     * @param sessions live at the given time, or expired and held
     * @param tombstones that count at the given time
     * @param expired sessions that were over by then
     * @param warnings what is unusual and no damage: a torn tail, a clock set back
     */
    public record Report(List<String> files, long sessions, long tombstones, long expired, List<String> warnings) {}

    /**
     * Reads everything, as a start would, and changes nothing.
     *
     * @param keys null: files are plain
     * @param now epoch milliseconds
     * @param live given each session that is not over, in no order
     * @throws DamagedException at the first damage
     * @throws DirectoryException if there is no such directory, a server uses it, or it holds no data
     */
    public static Report read(
            Path directory, @Nullable DataKeys keys, Policies policies, long now, Consumer<Session> live) {
        try (DataDirectory looked = DataDirectory.look(directory)) {
            PlainImage image = new PlainImage();
            Recovered found = new Recovery(looked.storage(), keys == null ? DataKeys.PLAIN : keys, image).read();
            if (found.files().isEmpty() && found.torn() == null) {
                throw new DirectoryException(directory + " holds no data of session-store");
            }
            return report(image, found, policies, now, live);
        } catch (IOException e) {
            throw DataDirectory.unusable(directory, e);
        }
    }

    private static Report report(
            PlainImage image, Recovered found, Policies policies, long now, Consumer<Session> live) {
        long sessions = 0;
        long tombstones = 0;
        long expired = 0;
        for (Object held : image.byKey().values()) {
            if (held instanceof Session session && !policies.isOver(session, now)) {
                sessions++;
                live.accept(session);
            } else if (held instanceof Session session) {
                expired++;
                Tombstone left = Tombstone.ofExpired(session, policies.of(session.namespace()));
                tombstones += left.isForgotten(now) ? 0 : 1;
            } else if (held instanceof Tombstone gone && !gone.isForgotten(now)) {
                tombstones++;
            }
        }
        List<String> warnings = new ArrayList<>();
        if (found.torn() != null && !found.torn().isUnused()) {
            warnings.add(found.torn() + "; the next start will cut them off");
        }
        found.clockSetBack(now).ifPresent(warnings::add);
        return new Report(found.files(), sessions, tombstones, expired, warnings);
    }

    /**
     * Copies the newest snapshot and the journal after it while a server may go on writing; what was written before the
     * call is in the copy.
     *
     * @param to a directory that is empty or can be made
     * @return how many bytes were copied
     * @throws DirectoryException if either directory cannot be used
     */
    public static long copy(Path from, Path to) {
        try {
            DataDirectory.make(to);
            try (Stream<Path> there = Files.list(to)) {
                if (there.findAny().isPresent()) {
                    throw new DirectoryException(to + " is not empty; name a directory that is, or does not exist yet");
                }
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return copy(new DirectoryStorage(from), new DirectoryStorage(to));
                } catch (NoSuchFileException newerSnapshot) {
                    // The server took one meanwhile, and deleted what that replaces.
                    if (attempt == MOST_ATTEMPTS) {
                        throw newerSnapshot;
                    }
                    empty(new DirectoryStorage(to));
                }
            }
        } catch (IOException e) {
            throw new DirectoryException(from + " could not be copied to " + to + ": " + e);
        }
    }

    private static void empty(Storage storage) throws IOException {
        for (String name : storage.names()) {
            storage.delete(name);
        }
    }

    private static long copy(Storage from, Storage to) throws IOException {
        FileNames.Chain chain = FileNames.chain(from.names());
        long bytes = 0;
        if (chain.hasSnapshot()) {
            bytes += copy(from, to, FileNames.of(FileHeader.Kind.SNAPSHOT, chain.base()), FileHeader.Kind.SNAPSHOT);
        }
        for (long journal : chain.journals()) {
            bytes += copy(from, to, FileNames.of(FileHeader.Kind.JOURNAL, journal), FileHeader.Kind.JOURNAL);
        }
        if (bytes == 0) {
            throw new DirectoryException("there is no data of session-store to copy");
        }
        to.sync();
        return bytes;
    }

    /** As much of a file as holds whole frames now. */
    private static long copy(Storage from, Storage to, String name, FileHeader.Kind kind) throws IOException {
        try (Storage.Source source = from.open(name);
                Storage.Sink sink = to.create(name)) {
            FrameReader reader = FrameReader.open(name, source, kind);
            if (reader == null) {
                throw new DamagedException(name, 0, "it ends before its header does");
            }
            Frame frame = new Frame();
            while (reader.next(frame)) {
                // Encrypted or not: a copy needs no key.
                reader.check(frame, Sealing.NONE);
            }
            long end = reader.offset();
            source.copyTo(sink, 0, end);
            sink.force();
            return end;
        }
    }
}
