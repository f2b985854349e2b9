package dev.sessionstore.server;

import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Session;
import dev.sessionstore.http.SessionDocuments;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.disk.DataAtRest;
import java.io.PrintStream;

/** {@code export DIR} writes a data directory's live sessions as JSON, one a line, without ids: nobody has those. */
final class ExportCommand {
    private ExportCommand() {}

    /**
     * @param now epoch milliseconds
     * @throws dev.sessionstore.store.memory.disk.DamagedException at the first damage; sessions before it are out by then
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if the directory cannot be read
     * @return the exit code
     */
    static int run(Settings.Disk disk, Policies policies, long now, PrintStream out, PrintStream err) {
        DataAtRest.Report report = DataAtRest.read(
                disk.directory(), DataKeyFile.read(disk), policies, now, session -> write(session, out));
        report.warnings().forEach(warning -> err.println("warning: " + warning));
        if (out.checkError()) {
            err.println("export: what it writes to broke off");
            return Main.EXIT_FAILED;
        }
        return Main.EXIT_OK;
    }

    private static void write(Session session, PrintStream out) {
        byte[] document = SessionDocuments.of(null, session, true).toJson();
        out.write(document, 0, document.length);
        out.write('\n');
    }
}
