package dev.sessionstore.store.file;

import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of sessions: each is written beside its place, forced to the disk and moved there, so that whoever opens it
 * finds one or the other whole. Takes no lock. Thread-safe.
 */
final class FileTree {
    private final Path root;
    private final Path sessions;
    private final Path owners;
    private final boolean sync;
    private final Set<PosixFilePermission> fileMode;
    private final Set<PosixFilePermission> folderMode;

    FileTree(FileOptions options) {
        root = options.directory().toAbsolutePath();
        sessions = root.resolve(Names.SESSIONS);
        owners = root.resolve(Names.OWNERS);
        sync = options.sync();
        fileMode = permissions(options.mode());
        // Who may read a file may find it, too.
        folderMode = permissions(0700 | options.mode() | (options.mode() & 0444) >> 2);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        // In the order of the bits, the highest first.
        PosixFilePermission[] bits = PosixFilePermission.values();
        Set<PosixFilePermission> given = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < bits.length; i++) {
            if ((mode >> bits.length - 1 - i & 1) == 1) {
                given.add(bits[i]);
            }
        }
        return given;
    }

    Path root() {
        return root;
    }

    Path sessions() {
        return sessions;
    }

    Path owners() {
        return owners;
    }

    Path lock() {
        return root.resolve(Names.LOCK);
    }

    /** Makes what is missing. The directory itself keeps its mode if it is there. */
    void make() throws IOException {
        Path parent = root.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        for (Path folder : List.of(root, sessions, owners)) {
            makeFolder(folder);
        }
        makeFile(lock());
    }

    private void makeFile(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(fileMode));
            Files.setPosixFilePermissions(file, fileMode);
        } catch (FileAlreadyExistsException e) {
            // That is all that was wanted.
        }
    }

    /** Writes a byte, and forces it if sessions are forced: this hangs when they would, and is no slower. */
    void tryToWrite() throws IOException {
        Path file = root.resolve(Names.CANARY);
        makeFile(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 0);
            if (sync) {
                channel.force(true);
            }
        }
    }

    /** @throws IOException if the directory is not what {@link #make} made of it */
    void check() throws IOException {
        if (!Files.isDirectory(sessions)) {
            throw new NotDirectoryException(sessions.toString());
        }
    }

    private void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(folderMode));
            // Again, for the process may have a umask.
            Files.setPosixFilePermissions(folder, folderMode);
            Path parent = folderOf(folder);
            if (!folder.equals(root) || Files.isReadable(parent)) {
                sync(parent);
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
        }
    }

    private static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "the root is no file");
    }

    Path fileOf(SessionKey key) {
        String name = Names.of(key);
        return sessions.resolve(Names.folderOf(name)).resolve(name);
    }

    /** The file of a cell's place in its owner's listing; null: it has none. */
    @Nullable Path placeOf(@Nullable Cell cell) {
        String name = cell == null ? null : Names.placeOf(cell);
        return name == null ? null : owners.resolve(Names.folderOf(name)).resolve(name);
    }

    /** @return null: there is no such file */
    byte @Nullable [] read(SessionKey key) throws IOException {
        try {
            return Files.readAllBytes(fileOf(key));
        } catch (NoSuchFileException e) {
            // Not so if all is gone, as when the disk is not mounted.
            check();
            return null;
        }
    }

    /** By one who holds the key's lock: nobody else has a use for the unfinished file's name. */
    void write(SessionKey key, byte[] content) throws IOException {
        Path file = fileOf(key);
        Path unfinished = file.resolveSibling(file.getFileName() + Names.UNFINISHED);
        try {
            create(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            try {
                delete(unfinished);
            } catch (IOException left) {
                // The next writer of this key, or the cleanup, takes it away.
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void create(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file)) {
            Files.setPosixFilePermissions(file, fileMode);
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            if (sync && content.length > 0) {
                channel.force(true);
            }
        }
    }

    private FileChannel open(Path file) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        while (true) {
            try {
                return FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(fileMode));
            } catch (FileAlreadyExistsException e) {
                // Of a process that died; it may have another mode.
                Files.deleteIfExists(file);
            } catch (NoSuchFileException e) {
                check();
                makeFolder(folderOf(file));
            }
        }
    }

    /** Makes an empty file, if it is missing, that lasts. */
    void mark(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file, new byte[0]);
        }
        sync(folderOf(file));
    }

    /** Writes a few bytes in place, if the file is there. */
    void writeAt(SessionKey key, int offset, byte[] few) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOf(key), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(few), offset);
        }
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes it last what was made, moved or deleted in a folder. */
    void sync(Path folder) throws IOException {
        if (sync) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    void syncFolderOf(SessionKey key) throws IOException {
        try {
            sync(folderOf(fileOf(key)));
        } catch (NoSuchFileException e) {
            // Nothing was written: what was to stand there is to be dropped already.
            check();
        }
    }

    /** The folders of sessions or of owners, in order. */
    static List<String> folders(Path area) throws IOException {
        List<String> folders = list(area);
        folders.removeIf(name -> !Names.isFolder(name));
        return folders;
    }

    /** The names in a folder, in order; none if there is no such folder. */
    static List<String> namesIn(Path folder) throws IOException {
        try {
            return list(folder);
        } catch (NoSuchFileException e) {
            return new ArrayList<>();
        }
    }

    private static List<String> list(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }
}
