package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Loads a snapshot by several threads: one takes the next frame, while others open and fill in theirs. */
final class SnapshotLoad {
    private final FrameReader reader;
    private final Image image;
    private final Supplier<Sealing> sealing;
    private final Progress progress;
    private boolean failed;

    /** @param sealing makes one for each thread */
    SnapshotLoad(FrameReader reader, Image image, Supplier<Sealing> sealing, Progress progress) {
        this.reader = reader;
        this.image = image;
        this.sealing = sealing;
        this.progress = progress;
    }

    /** @param latest the latest time that any record speaks of as past */
    record Loaded(SnapshotEnd end, long latest) {}

    Loaded load(int threads) throws IOException {
        List<RecordReader> parts = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "session-store-load");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                RecordReader part = new RecordReader(image);
                parts.add(part);
                running.add(CompletableFuture.runAsync(() -> fill(part), workers));
            }
            for (CompletableFuture<Void> each : running) {
                Await.done(each);
            }
        } finally {
            workers.shutdown();
        }
        return whole(parts);
    }

    private void fill(RecordReader part) {
        Frame frame = new Frame();
        Sealing own = sealing.get();
        try (Image.Share share = image.share()) {
            while (take(frame)) {
                long before = part.sessions();
                int stored = frame.length;
                reader.check(frame, own);
                read(part, frame, share);
                progress.read(stored, part.sessions() - before);
            }
        } catch (IOException e) {
            fail();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            fail();
            throw e;
        }
    }

    private void read(RecordReader part, Frame frame, Image.Share share) {
        try {
            part.snapshot(frame.bytes, frame.length, share);
        } catch (ByteReader.MalformedException e) {
            throw new DamagedException(reader.name(), frame.offset, String.valueOf(e.getMessage()));
        }
    }

    private synchronized boolean take(Frame frame) throws IOException {
        return !failed && reader.next(frame);
    }

    private synchronized void fail() {
        failed = true;
    }

    private Loaded whole(List<RecordReader> parts) {
        SnapshotEnd end = null;
        long sessions = 0;
        long tombstones = 0;
        long latest = Long.MIN_VALUE;
        for (RecordReader part : parts) {
            end = part.end() == null ? end : part.end();
            sessions += part.sessions();
            tombstones += part.tombstones();
            latest = Math.max(latest, part.latest());
        }
        if (end == null || reader.isTorn()) {
            throw new DamagedException(reader.name(), reader.offset(), "it ends too early");
        }
        if (end.sessions() != sessions || end.tombstones() != tombstones) {
            throw new DamagedException(
                    reader.name(),
                    reader.offset(),
                    "it should hold " + end.sessions() + " sessions and " + end.tombstones() + " tombstones, and has "
                            + sessions + " and " + tombstones);
        }
        return new Loaded(end, latest);
    }
}
