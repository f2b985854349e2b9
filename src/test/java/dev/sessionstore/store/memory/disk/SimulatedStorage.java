package dev.sessionstore.store.memory.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A disk in memory that can be full, fail, die at any operation, and lose its power. It keeps apart what the operating
 * system has and what survives a power cut: of a file what was forced, of the directory what was synced.
 *
 * <p>Operations are what changes something: create, overwrite, append, force, truncate, rename, delete, sync. They are counted from
 * 1. Thread-safe.
 */
public final class SimulatedStorage implements Storage {
    private static final int SECTOR = 512;

    /** What an operation meets before it is done. Called without any lock: it may wait. */
    public interface Hook {
        void before(String operation, String name) throws IOException;
    }

    /** An inode. */
    private static final class File {
        String name;
        byte[] bytes = new byte[256];
        int length;
        /** Up to there all survives a power cut. */
        int forced;
        /** Where the last write ended: not at the end of a file that is written over. */
        int written;

        int durableLength;

        File(String name) {
            this.name = name;
        }

        File copy() {
            File copy = new File(name);
            copy.bytes = Arrays.copyOf(bytes, Math.max(1, length));
            copy.length = length;
            copy.forced = forced;
            copy.written = written;
            copy.durableLength = durableLength;
            return copy;
        }

        void write(int at, ByteBuffer from, int count) {
            if (bytes.length < at + count) {
                bytes = Arrays.copyOf(bytes, Math.max(at + count, 2 * bytes.length));
            }
            from.get(bytes, at, count);
            forced = Math.min(forced, at);
            written = at + count;
            length = Math.max(length, written);
        }

        void cut(int size) {
            Arrays.fill(bytes, Math.min(size, length), length, (byte) 0);
            length = Math.min(size, length);
            forced = Math.min(forced, length);
            written = Math.min(written, length);
            durableLength = Math.min(durableLength, length);
        }

        void force() {
            forced = length;
            durableLength = length;
        }
    }

    /** A directory operation. @param from null: none */
    private record Step(String from, String to, File created) {
        void apply(Map<String, File> names) {
            File file = from == null ? created : names.remove(from);
            if (to != null && file != null) {
                names.put(to, file);
            }
        }
    }

    private final Map<String, File> files = new TreeMap<>();
    private final Map<String, File> synced = new TreeMap<>();
    private final List<Step> unsynced = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private Hook hook = (operation, name) -> {};
    private long capacity = 1L << 40;
    private long operations;
    private long crashAt = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private boolean isCrashed;

    // --- what tests say

    /** From now on so much fits in all. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    public synchronized void hook(Hook before) {
        hook = before;
    }

    /** The process dies in that operation: an append is done in part, all else not at all. */
    public synchronized void crashAt(long operation) {
        crashAt = operation;
    }

    /** That one operation fails; an append is done in part. */
    public synchronized void failAt(long operation) {
        failAt = operation;
    }

    /** The process dies now. */
    public synchronized void crash() {
        isCrashed = true;
    }

    public synchronized boolean isCrashed() {
        return isCrashed;
    }

    public synchronized long operations() {
        return operations;
    }

    /** How often that operation was done on files whose names begin so. */
    public synchronized int count(String operation, String prefix) {
        return counts.entrySet().stream()
                .filter(each -> each.getKey().startsWith(operation + " " + prefix))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    public synchronized long used() {
        return files.values().stream().mapToLong(file -> file.length).sum();
    }

    public synchronized byte[] bytes(String name) {
        File file = files.get(name);
        return Arrays.copyOf(file.bytes, file.length);
    }

    /** As if it had always been there. */
    public synchronized void put(String name, byte[] bytes) {
        File file = new File(name);
        file.bytes = bytes.clone();
        file.length = bytes.length;
        file.force();
        files.put(name, file);
        synced.put(name, file);
    }

    /** As if it had never been there. */
    public synchronized void forget(String name) {
        files.remove(name);
        synced.remove(name);
    }

    /** What the next process finds: the operating system has everything that was written. */
    public synchronized SimulatedStorage afterKill() {
        SimulatedStorage next = new SimulatedStorage();
        Map<File, File> copies = new HashMap<>();
        files.forEach((name, file) -> next.files.put(name, copies.computeIfAbsent(file, File::copy)));
        synced.forEach((name, file) -> next.synced.put(name, copies.computeIfAbsent(file, File::copy)));
        for (Step step : unsynced) {
            File created = step.created == null ? null : copies.computeIfAbsent(step.created, File::copy);
            next.unsynced.add(new Step(step.from, step.to, created));
        }
        next.capacity = capacity;
        return next;
    }

    /** What the next process finds when the machine lost its power: at least what was forced and synced. */
    public synchronized SimulatedStorage afterPowerCut(Random random) {
        Map<String, File> names = new TreeMap<>(synced);
        int steps = random.nextInt(unsynced.size() + 1);
        unsynced.subList(0, steps).forEach(step -> step.apply(names));
        SimulatedStorage next = new SimulatedStorage();
        names.forEach((name, file) -> next.put(name, survivor(file, random)));
        next.capacity = capacity;
        return next;
    }

    /** What the next process finds after this one ended; operations are counted on. */
    public synchronized SimulatedStorage nextLife() {
        SimulatedStorage next = afterKill();
        next.operations = operations;
        next.crashAt = crashAt;
        next.failAt = failAt;
        return next;
    }

    private static byte[] survivor(File file, Random random) {
        if (file.written <= file.forced) {
            return Arrays.copyOf(file.bytes, file.length);
        }
        int kept = file.forced + random.nextInt(file.written - file.forced + 1);
        if (random.nextBoolean() && kept >= file.durableLength) {
            return Arrays.copyOf(file.bytes, kept);
        }
        // The length is right, and the data from some sector on is not: it reads as zeros.
        byte[] all = Arrays.copyOf(file.bytes, file.length);
        int from = (kept + SECTOR - 1) / SECTOR * SECTOR;
        if (from < all.length) {
            Arrays.fill(all, from, all.length, (byte) 0);
        }
        return all;
    }

    /** A disk on this storage. */
    public Disk disk(
            Fsync fsync,
            Duration snapshotInterval,
            DataKeys keys,
            boolean repair,
            InstantSource clock,
            Executor answers,
            Consumer<String> fatal) {
        DiskOptions options = new DiskOptions(Path.of("simulated"), fsync, snapshotInterval, keys, repair);
        return new Disk(options, clock, answers, fatal, null, this);
    }

    /** For tests in other packages. */
    public static void tellTouches(Disk disk) {
        disk.tellTouches();
    }

    // --- what a process does

    /** @return whether this very operation fails after a part of it */
    private boolean enter(String operation, String name) throws IOException {
        Hook before;
        synchronized (this) {
            refuseTheDead();
            before = hook;
        }
        before.before(operation, name);
        synchronized (this) {
            refuseTheDead();
            operations++;
            counts.merge(operation + " " + name, 1, Integer::sum);
            if (operations == crashAt) {
                isCrashed = true;
                return true;
            }
            return operations == failAt;
        }
    }

    private void refuseTheDead() throws IOException {
        if (isCrashed) {
            throw new IOException("the process is dead");
        }
    }

    private IOException failure(String operation, String name) {
        return new IOException(isCrashed() ? "the process died at " + operation : operation + " " + name + ": EIO");
    }

    @Override
    public synchronized List<String> names() throws IOException {
        refuseTheDead();
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized Source open(String name) throws IOException {
        refuseTheDead();
        File file = files.get(name);
        if (file == null) {
            throw new java.nio.file.NoSuchFileException(name);
        }
        return new Source() {
            @Override
            public long size() {
                synchronized (SimulatedStorage.this) {
                    return file.length;
                }
            }

            @Override
            public void read(long position, ByteBuffer into) throws IOException {
                synchronized (SimulatedStorage.this) {
                    if (position + into.remaining() > file.length) {
                        throw new EOFException(name + " ends at " + file.length);
                    }
                    into.put(file.bytes, (int) position, into.remaining());
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Sink create(String name) throws IOException {
        if (enter("create", name)) {
            throw failure("create", name);
        }
        synchronized (this) {
            if (files.containsKey(name)) {
                throw new java.nio.file.FileAlreadyExistsException(name);
            }
            File file = new File(name);
            step(new Step(null, name, file));
            return new SimulatedSink(file);
        }
    }

    @Override
    public Sink overwrite(String name) throws IOException {
        if (enter("overwrite", name)) {
            throw failure("overwrite", name);
        }
        synchronized (this) {
            File file = files.get(name);
            if (file == null) {
                throw new java.nio.file.NoSuchFileException(name);
            }
            return new SimulatedSink(file);
        }
    }

    private final class SimulatedSink implements Sink {
        private final File file;
        private int position;

        SimulatedSink(File file) {
            this.file = file;
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            boolean fails = enter("append", name());
            synchronized (SimulatedStorage.this) {
                int wanted = bytes.remaining();
                int fits = (int) Math.max(0, Math.min(wanted, capacity - used() + file.length - position));
                int count = fails ? new Random(operations).nextInt(fits + 1) : fits;
                file.write(position, bytes, count);
                position += count;
                if (!fails && fits < wanted) {
                    throw new IOException("No space left on device");
                }
            }
            if (fails) {
                throw failure("append", name());
            }
        }

        @Override
        public void force() throws IOException {
            int length;
            int written;
            synchronized (SimulatedStorage.this) {
                length = file.length;
                written = file.written;
            }
            if (enter("force", name())) {
                throw failure("force", name());
            }
            synchronized (SimulatedStorage.this) {
                // What came meanwhile is not meant.
                if (file.written == written && file.length == length) {
                    file.force();
                } else {
                    file.forced = Math.max(file.forced, Math.min(written, file.length));
                    file.durableLength = Math.max(file.durableLength, Math.min(length, file.length));
                }
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            if (enter("truncate", name())) {
                throw failure("truncate", name());
            }
            synchronized (SimulatedStorage.this) {
                file.cut((int) size);
                position = (int) size;
            }
        }

        private String name() {
            synchronized (SimulatedStorage.this) {
                return file.name;
            }
        }

        @Override
        public void close() {}
    }

    private void step(Step step) {
        step.apply(files);
        if (step.to != null && files.containsKey(step.to)) {
            files.get(step.to).name = step.to;
        }
        unsynced.add(step);
    }

    @Override
    public void force(String name) throws IOException {
        if (enter("force", name)) {
            throw failure("force", name);
        }
        synchronized (this) {
            files.get(name).force();
        }
    }

    @Override
    public void truncate(String name, long size) throws IOException {
        if (enter("truncate", name)) {
            throw failure("truncate", name);
        }
        synchronized (this) {
            File file = files.get(name);
            file.cut((int) size);
            file.force();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (enter("rename", to)) {
            throw failure("rename", to);
        }
        synchronized (this) {
            if (!files.containsKey(from)) {
                throw new java.nio.file.NoSuchFileException(from);
            }
            step(new Step(from, to, null));
        }
    }

    @Override
    public void delete(String name) throws IOException {
        synchronized (this) {
            refuseTheDead();
            if (!files.containsKey(name)) {
                return;
            }
        }
        if (enter("delete", name)) {
            throw failure("delete", name);
        }
        synchronized (this) {
            step(new Step(name, null, null));
        }
    }

    @Override
    public void sync() throws IOException {
        if (enter("sync", "directory")) {
            throw failure("sync", "the directory");
        }
        synchronized (this) {
            synced.clear();
            synced.putAll(files);
            unsynced.clear();
        }
    }

    @Override
    public synchronized long usableBytes() throws IOException {
        refuseTheDead();
        return Math.max(0, capacity - used());
    }
}
