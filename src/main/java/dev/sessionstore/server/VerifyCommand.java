package dev.sessionstore.server;

import dev.sessionstore.core.Policies;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.disk.DataAtRest;
import java.io.PrintStream;

/** {@code verify DIR} reads a data directory as a start would, changes nothing, and tells what is in it. */
final class VerifyCommand {
    private VerifyCommand() {}

    /**
     * @param now epoch milliseconds
     * @throws dev.sessionstore.store.memory.disk.DamagedException at the first damage
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if the directory cannot be read
     * @return the exit code
     */
    static int run(Settings.Disk disk, Policies policies, long now, PrintStream out, PrintStream err) {
        DataAtRest.Report report =
                DataAtRest.read(disk.directory(), DataKeyFile.read(disk), policies, now, session -> {});
        report.files().forEach(out::println);
        out.println(report.sessions() + " sessions, " + report.tombstones() + " tombstones, " + report.expired()
                + " expired sessions");
        report.warnings().forEach(warning -> err.println("warning: " + warning));
        return Main.EXIT_OK;
    }
}
