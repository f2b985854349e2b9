package dev.sessionstore.crash;

import dev.sessionstore.testing.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system of a test's own, mounted. Closing unmounts it. */
final class Disk implements AutoCloseable {
    private static final int WRITES = 4;
    private static final int SECTORS_WRITTEN = 6;
    private static final int IN_FLIGHT = 8;
    private static final int MOST_TRIES = 50;

    private final Path folder;
    private final Path image;
    private final String device;

    private Disk(Path folder, Path image, String device) {
        this.folder = folder;
        this.image = image;
        this.device = device;
    }

    /** @param folder is made, and holds the mount point */
    static Disk tmpfs(Path folder, int mebibytes) throws IOException, InterruptedException {
        Disk disk = new Disk(folder, null, "tmpfs");
        Files.createDirectories(disk.root());
        disk.mount("-t", "tmpfs", "-o", "mode=0700,size=" + mebibytes + "m");
        return disk;
    }

    /** ext4 in an image file. @param folder is made, and holds the image and the mount point */
    static Disk ext4(Path folder, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path image = folder.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(mebibytes * 1024L * 1024);
        }
        // Nothing may be written later that no program wrote.
        String[] mkfs = {"mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"};
        String[] command = java.util.Arrays.copyOf(mkfs, mkfs.length + 1);
        command[mkfs.length] = image.toString();
        Shell.run(command);
        return attach(folder, image);
    }

    private static Disk attach(Path folder, Path image) throws IOException, InterruptedException {
        Disk disk = new Disk(folder, image, Shell.run("losetup", "--find", "--show", image.toString()));
        try {
            Files.createDirectories(disk.root());
            // Without the long interval the file system would sync by itself every 5 seconds.
            disk.mount("-t", "ext4", "-o", "commit=300,data=ordered");
            return disk;
        } catch (IOException | InterruptedException e) {
            Shell.run("losetup", "--detach", disk.device);
            throw e;
        }
    }

    private void mount(String... how) throws IOException, InterruptedException {
        String[] command = new String[how.length + 3];
        command[0] = "mount";
        System.arraycopy(how, 0, command, 1, how.length);
        command[how.length + 1] = device;
        command[how.length + 2] = root().toString();
        Shell.run(command);
    }

    Path root() {
        return folder.resolve("mounted");
    }

    /**
     * What a power cut at this instant would leave, mounted: a copy of what has reached the device. What the mounted
     * file system still holds in memory is not in it. Who writes must be frozen; the copy is made again until the
     * device was written to neither during it nor just before.
     */
    Disk cut(Path copyFolder) throws IOException, InterruptedException {
        Files.createDirectories(copyFolder);
        Path copy = copyFolder.resolve("disk.img");
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            String before = written();
            Thread.sleep(10);
            Shell.run("cp", "--sparse=always", image.toString(), copy.toString());
            if (before.endsWith(" 0") && written().equals(before)) {
                return attach(copyFolder, copy);
            }
        }
        throw new AssertionError("no cut counts: " + device + " is being written to by somebody who is not frozen");
    }

    /** Writes, sectors written, and how many requests are under way. */
    private String written() throws IOException {
        Path stat = Path.of("/sys/block", Path.of(device).getFileName().toString(), "stat");
        String[] words = Files.readString(stat).strip().split("\\s+");
        return words[WRITES] + " " + words[SECTORS_WRITTEN] + " " + words[IN_FLIGHT];
    }

    @Override
    public void close() throws IOException {
        try {
            unmount();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unmount() throws IOException, InterruptedException {
        try {
            Shell.run("umount", root().toString());
        } catch (IOException busy) {
            Shell.run("umount", "--lazy", root().toString());
        } finally {
            if (image != null) {
                Shell.run("losetup", "--detach", device);
                Files.delete(image);
            }
        }
    }
}
