package dev.sessionstore.server;

import dev.sessionstore.core.SessionStore;
import dev.sessionstore.core.StoreFullException;
import dev.sessionstore.core.StoreUnavailableException;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code migrate --from URL --to URL} copies sessions between two stores. {@code data:DIR} is the data directory of a
 * memory store whose service is stopped; settings other than the place apply to both sides.
 */
final class MigrateCommand {
    private static final String DATA = "data:";

    private MigrateCommand() {}

    /** The two places. Has secrets: it prints none of it. */
    record Ends(String from, String to) {
        /** @param faults gets what is wrong with them */
        static Ends of(String from, String to, List<String> faults) {
            check(CommandLineTree.FROM, from, faults);
            check(CommandLineTree.TO, to, faults);
            if (from.startsWith("memcached:")) {
                faults.add(CommandLineTree.FROM + ": memcached cannot list what it holds, so nothing can be copied from"
                        + " it; it can be the one to copy to");
            }
            if (!from.isEmpty() && from.equals(to)) {
                faults.add(CommandLineTree.TO + ": is the same as " + CommandLineTree.FROM);
            }
            return new Ends(from, to);
        }

        private static void check(String option, String url, List<String> faults) {
            if (url.isEmpty()) {
                faults.add(CommandLineTree.MIGRATE + ": needs " + option + ", such as: " + option
                        + " redis://localhost:6379");
            } else if (url.equals(DATA)) {
                faults.add(option + ": names no directory; try data:/var/lib/session-store");
            }
        }

        /** Settings that follow from the places: a key for data files goes with a data directory. */
        Map<String, String> flags() {
            for (String each : List.of(from, to)) {
                if (isData(each) && each.length() > DATA.length()) {
                    return Map.of("backend", "memory", "backend-url", "", "data-dir", directoryIn(each));
                }
            }
            return Map.of();
        }

        static boolean isData(String url) {
            return url.startsWith(DATA);
        }

        static String directoryIn(String url) {
            return url.substring(DATA.length());
        }

        @Override
        public String toString() {
            return "Ends[****]";
        }
    }

    /**
     * @throws InvalidSettingsException if a URL names no store
     * @throws dev.sessionstore.store.memory.disk.DirectoryException if a data directory cannot be used
     * @throws dev.sessionstore.store.memory.disk.DamagedException if it is damaged
     * @return the exit code
     */
    static int run(Settings settings, Ends ends, Clocks clocks, PrintStream out, PrintStream err) {
        List<String> faults = new ArrayList<>();
        try (MigrationEnd from =
                        end(CommandLineTree.FROM, () -> MigrationEnd.from(ends.from(), settings, clocks), faults);
                MigrationEnd to = end(CommandLineTree.TO, () -> MigrationEnd.to(ends.to(), settings, clocks), faults)) {
            if (from == null || to == null) {
                throw new InvalidSettingsException(faults);
            }
            MigrationEnd.Source source = from.asSource();
            return copy(source, to.asTarget(), settings, out, err);
        } catch (StoreUnavailableException e) {
            err.println("migrate: " + e.getMessage());
            return Main.EXIT_FAILED;
        }
    }

    private static int copy(
            MigrationEnd.Source source, SessionStore target, Settings settings, PrintStream out, PrintStream err) {
        try (Migration migration =
                new Migration(target, settings.policies(), line -> err.println("migrate: " + line))) {
            try {
                source.copyBy(migration);
                target.durable().toCompletableFuture().join();
            } catch (StoreUnavailableException | StoreFullException e) {
                err.println("migrate: " + e.getMessage());
                err.println("migrate: broke off: " + migration.counts() + "; run it again to go on");
                return Main.EXIT_FAILED;
            }
            out.println("migrate: " + migration.counts() + source.remarks());
            return Main.EXIT_OK;
        }
    }

    /** @return null: it is not to be had, and the faults say why */
    private static @Nullable MigrationEnd end(String option, Supplier<MigrationEnd> end, List<String> faults) {
        try {
            return end.get();
        } catch (IllegalArgumentException e) {
            faults.add(option + ": " + e.getMessage());
            return null;
        }
    }
}
