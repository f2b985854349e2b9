package dev.sessionstore.store.memory.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory that belongs to this process as long as it is open, and that nobody but its owner can look into. */
final class DataDirectory implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final @Nullable FileChannel channel;
    private final @Nullable FileLock lock;
    private final Storage storage;

    private DataDirectory(Path path, @Nullable FileChannel channel, @Nullable FileLock lock) {
        this.channel = channel;
        this.lock = lock;
        storage = new DirectoryStorage(path);
    }

    /**
     * For a server: makes the directory if there is none.
     *
     * @throws DirectoryException if it cannot be used, and what to do about it
     */
    static DataDirectory open(Path path) {
        try {
            make(path);
            refuseOthers(path, "chmod 700 " + path + ", or name a directory in it that does not exist yet");
            for (String name : new DirectoryStorage(path).names()) {
                if (FileNames.isOurs(name)) {
                    refuseOthers(path.resolve(name), "chmod 600 " + path.resolve(name));
                }
            }
            return lock(path, true);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /**
     * For looking only, at a directory that no server uses.
     *
     * @throws DirectoryException if it cannot be read, or a server uses it
     */
    static DataDirectory look(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                throw new DirectoryException(path + " is no directory");
            }
            boolean canLock = Files.isWritable(path) && Files.exists(path.resolve(FileNames.LOCK));
            return canLock ? lock(path, false) : new DataDirectory(path, null, null);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    static DirectoryException unusable(Path path, IOException e) {
        return new DirectoryException("the data directory " + path + " cannot be used: " + e);
    }

    /** Makes it with its parents, for its owner alone. */
    static void make(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(path, DirectoryStorage.attributes(path, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw new DirectoryException(path + " is no directory; name one, or one that does not exist yet");
            }
        }
    }

    private static void refuseOthers(Path path, String remedy) throws IOException {
        if (!DirectoryStorage.isPosix(path)) {
            return;
        }
        Set<PosixFilePermission> given = Files.getPosixFilePermissions(path);
        if (!OWNERS.containsAll(given)) {
            throw new DirectoryException(path + " is open to other users (" + PosixFilePermissions.toString(given)
                    + "), and sessions are nobody else's business: " + remedy);
        }
    }

    private static DataDirectory lock(Path path, boolean isServer) throws IOException {
        Path file = path.resolve(FileNames.LOCK);
        if (isServer && !Files.exists(file)) {
            new DirectoryStorage(path).create(FileNames.LOCK).close();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            String holder = holder(channel);
            channel.close();
            throw new DirectoryException("the data directory " + path + " is in use by " + holder
                    + "; two servers on one directory would destroy it. For a copy of a running server's data:"
                    + " session-store backup DIR");
        }
        if (isServer) {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        }
        return new DataDirectory(path, channel, lock);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return pid.matches("[0-9]+") ? "process " + pid : "another process";
    }

    Storage storage() {
        return storage;
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.release();
        }
        if (channel != null) {
            channel.close();
        }
    }
}
