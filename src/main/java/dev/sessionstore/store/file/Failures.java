package dev.sessionstore.store.file;

import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What the failures of a file system mean to a caller, in words for an operator. */
final class Failures {
    private Failures() {}

    /** @param directory is on the disk that failed */
    static boolean isFull(Path directory, IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left")
                || message.contains("quota exceeded")
                || message.contains("not enough space")
                || isUnnamed(e) && hasNoRoom(directory);
    }

    /** Whether only the message says what failed. It is the system's, which may speak another language. */
    private static boolean isUnnamed(IOException e) {
        return e.getClass() == IOException.class || e.getClass() == FileSystemException.class;
    }

    private static boolean hasNoRoom(Path directory) {
        try {
            FileStore disk = Files.getFileStore(directory);
            return disk.getUsableSpace() < disk.getBlockSize();
        } catch (IOException | UnsupportedOperationException e) {
            // Then it fails for another reason, which the caller tells.
            return false;
        }
    }

    static RuntimeException of(Path directory, IOException e) {
        return isFull(directory, e)
                ? new StoreFullException("the disk of " + directory + " is full; make room on it")
                : new StoreUnavailableException("the directory " + directory + " cannot be used: " + problem(e), e);
    }

    /** Without the name of the file, which tells an operator nothing. */
    private static String problem(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied; give it to the user that the service runs as";
        }
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return "it, or what was in it, is not there; mount it, or restart the service to begin anew";
        }
        String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
