package dev.sessionstore.server;

import dev.sessionstore.settings.Flags;
import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import dev.sessionstore.store.memory.disk.DamagedException;
import dev.sessionstore.store.memory.disk.DirectoryException;
import java.io.PrintStream;
import java.net.BindException;
import java.security.Security;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code session-store}. Exit codes: 0 done, 1 failed, 2 called or set up wrongly, 3 data damaged, 4 the disk
 * failed while the service ran.
 *
 * <p>No logger here: the level is a setting, and slf4j-simple reads it once, when the first logger is made.
 */
public final class Main {
    static final int EXIT_OK = 0;
    static final int EXIT_FAILED = 1;
    static final int EXIT_USAGE = 2;
    static final int EXIT_DAMAGED = 3;
    static final int EXIT_DISK_FAILED = 4;

    private static final List<String> TAKE_A_DIRECTORY =
            List.of(CommandLineTree.VERIFY, CommandLineTree.EXPORT, CommandLineTree.BACKUP);

    /** What starts when there is no subcommand. */
    interface Server {
        /** @param repair whether damage on disk is worked around, this once */
        void start(Settings settings, boolean repair);
    }

    static {
        // An engine may come back under another address; the JVM would believe a name for 30 s, and its absence for 10.
        believeNames("networkaddress.cache.ttl", null, "2");
        believeNames("networkaddress.cache.negative.ttl", "10", "1");
    }

    private Main() {}

    /** Before the first name is looked up. Where the operator changed what the JDK comes with, that counts. */
    private static void believeNames(String property, @Nullable String asItComes, String seconds) {
        if (Objects.equals(Security.getProperty(property), asItComes)) {
            Security.setProperty(property, seconds);
        }
    }

    public static void main(String[] args) {
        OptionalInt exit = run(List.of(args), System.getenv(), System.out, System.err, SessionServer::start);
        if (exit.isPresent()) {
            System.exit(exit.getAsInt());
        }
    }

    /** @return the exit code, or empty when a server is running now */
    static OptionalInt run(
            List<String> args, Map<String, String> environment, PrintStream out, PrintStream err, Server server) {
        CommandLine line = CommandLineTree.make(args);
        ParseResult parsed = line.parseArgs(args.toArray(new String[0]));
        ParseResult last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        if (last.isUsageHelpRequested() || parsed.isUsageHelpRequested()) {
            last.commandSpec().commandLine().usage(out);
            return OptionalInt.of(EXIT_OK);
        }
        if (parsed.isVersionHelpRequested()) {
            out.println("session-store " + version());
            return OptionalInt.of(EXIT_OK);
        }
        try {
            return run(parsed, last, environment, out, err, server);
        } catch (InvalidSettingsException e) {
            e.faults().forEach(err::println);
            // For Docker, whose health check may only say 0 or 1.
            boolean health = last.commandSpec().name().equals(CommandLineTree.HEALTH);
            return OptionalInt.of(health ? EXIT_FAILED : EXIT_USAGE);
        } catch (DamagedException e) {
            err.println(e.getMessage());
            return OptionalInt.of(EXIT_DAMAGED);
        } catch (DirectoryException e) {
            err.println(e.getMessage());
            return OptionalInt.of(EXIT_FAILED);
        }
    }

    private static OptionalInt run(
            ParseResult parsed,
            ParseResult last,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            Server server) {
        List<String> faults = faults(parsed);
        String name = last.commandSpec().name();
        List<String> words = last.matchedPositionalValue(0, List.of());
        if (name.equals(CommandLineTree.NEW_KEY)) {
            refuse(faults);
            return OptionalInt.of(NewKey.run(words, out, err));
        }
        if (name.equals(CommandLineTree.TRAIN)) {
            refuse(faults);
            return OptionalInt.of(TrainCommand.run(out, err));
        }
        Map<String, String> flags = Flags.given(parsed);
        if (TAKE_A_DIRECTORY.contains(name)) {
            if (words.size() != 1 || words.get(0).isEmpty()) {
                faults.add(name + ": expected one directory, such as: " + name + " /data");
            } else if (!name.equals(CommandLineTree.BACKUP)) {
                flags.put("data-dir", words.get(0));
            }
        }
        MigrateCommand.Ends ends = null;
        if (name.equals(CommandLineTree.MIGRATE)) {
            ends = MigrateCommand.Ends.of(
                    last.matchedOptionValue(CommandLineTree.FROM, ""),
                    last.matchedOptionValue(CommandLineTree.TO, ""),
                    faults);
            flags.putAll(ends.flags());
        }
        boolean repair = parsed.hasMatchedOption(CommandLineTree.REPAIR);
        if (repair && parsed.hasSubcommand()) {
            faults.add("--repair: goes with the start of the service, not with " + name);
        }
        Settings settings = load(flags, environment, repair, faults);
        setLogLevel(settings.operation().logLevel());
        Settings.Disk disk = settings.disk();
        switch (name) {
            case CommandLineTree.VERIFY:
                return OptionalInt.of(VerifyCommand.run(
                        Objects.requireNonNull(disk), settings.policies(), System.currentTimeMillis(), out, err));
            case CommandLineTree.EXPORT:
                return OptionalInt.of(ExportCommand.run(
                        Objects.requireNonNull(disk), settings.policies(), System.currentTimeMillis(), out, err));
            case CommandLineTree.BACKUP:
                return OptionalInt.of(BackupCommand.run(settings, words.get(0), out, err));
            case CommandLineTree.MIGRATE:
                return OptionalInt.of(MigrateCommand.run(
                        settings, Objects.requireNonNull(ends), Clocks.ofNode(InstantSource.system()), out, err));
            case CommandLineTree.CONFIG:
                settings.warnings().forEach(err::println);
                return OptionalInt.of(ConfigCommand.run(settings, out));
            case CommandLineTree.HEALTH:
                return OptionalInt.of(Health.run(settings, out, err));
            default:
                settings.warnings().forEach(err::println);
                return start(settings, repair, server, err);
        }
    }

    /** Those of the command line and those of the settings are reported together. */
    private static Settings load(
            Map<String, String> flags, Map<String, String> environment, boolean repair, List<String> faults) {
        Settings settings;
        try {
            settings = Settings.load(flags, environment);
        } catch (InvalidSettingsException e) {
            faults.addAll(e.faults());
            throw new InvalidSettingsException(faults);
        }
        if (repair && settings.disk() == null) {
            faults.add("--repair: needs data-dir, the directory to repair, too");
        }
        refuse(faults);
        return settings;
    }

    private static void refuse(List<String> faults) {
        if (!faults.isEmpty()) {
            throw new InvalidSettingsException(faults);
        }
    }

    private static List<String> faults(ParseResult parsed) {
        List<String> faults = new ArrayList<>(Flags.unknown(parsed));
        for (@Nullable ParseResult level = parsed; level != null; level = level.subcommand()) {
            for (Exception error : level.errors()) {
                if (!(error instanceof UnmatchedArgumentException)) {
                    faults.add(String.valueOf(error.getMessage()));
                }
            }
        }
        return faults;
    }

    private static OptionalInt start(Settings settings, boolean repair, Server server, PrintStream err) {
        try {
            server.start(settings, repair);
            return OptionalInt.empty();
        } catch (InvalidSettingsException | DamagedException | DirectoryException e) {
            throw e; // a broken file, which has a message of its own
        } catch (RuntimeException e) {
            err.println(isPortTaken(e) ? portTaken(settings) : "session-store cannot start: " + e);
            return OptionalInt.of(EXIT_FAILED);
        }
    }

    private static boolean isPortTaken(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || String.valueOf(cause.getMessage()).contains("Port already in use")) {
                return true;
            }
        }
        return false;
    }

    private static String portTaken(Settings settings) {
        return "session-store cannot listen on " + settings.host() + " port " + settings.port()
                + ": another program does, or this machine has no such address; set SESSION_STORE_PORT to a free port,"
                + " or to 0 for any";
    }

    /** A name of its own, because {@code mvn -q} mutes slf4j-simple's default level by a system property. */
    private static void setLogLevel(Settings.LogLevel level) {
        System.setProperty(
                "org.slf4j.simpleLogger.log.dev.sessionstore", level.name().toLowerCase(Locale.ROOT));
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }
}
