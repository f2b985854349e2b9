package dev.sessionstore.server;

import dev.sessionstore.settings.Flags;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What can be typed: the command and its subcommands. */
final class CommandLineTree {
    static final String CONFIG = "config";
    static final String HEALTH = "health";
    static final String NEW_KEY = "new-key";
    static final String VERIFY = "verify";
    static final String EXPORT = "export";
    static final String BACKUP = "backup";
    static final String MIGRATE = "migrate";
    static final String FROM = "--from";
    static final String TO = "--to";
    static final String TRAIN = "train";
    static final String REPAIR = "--repair";

    private CommandLineTree() {}

    /** @param typed a subcommand that is not in it comes without the settings' flags: building all takes a tenth of a start */
    static CommandLine make(List<String> typed) {
        CommandSpec root = command(
                "session-store",
                "Keeps web sessions for other applications, over HTTP. Without a subcommand it starts the service.");
        Flags.addTo(root);
        root.addOption(OptionSpec.builder("--version")
                .versionHelp(true)
                .arity("0")
                .type(boolean.class)
                .description("Print the version.")
                .build());
        root.addOption(OptionSpec.builder(REPAIR)
                .arity("0")
                .type(boolean.class)
                .description(
                        "Start with what is whole in a damaged data-dir, and log what is lost. For this once: it is no"
                                + " setting.")
                .build());
        root.usageMessage()
                .footer(
                        "",
                        "Each setting is also a variable (SESSION_STORE_IDLE_TIMEOUT for --idle-timeout) and a key"
                                + " (idle-timeout) in the file that --config names. A flag beats a variable beats the file."
                                + " Durations: 250ms, 90s, 30m, 24h, 31d, 1h30m. Sizes: 512B, 8KiB, 64MiB, 1GiB.");

        CommandSpec config = command(CONFIG, "Print the settings in force and where each comes from.");
        CommandSpec health = command(HEALTH, "Ask the service on this machine whether it lives; exit 0 if it does.");
        CommandSpec newKey = command(NEW_KEY, "Make a key: print it, and below it its line for the keys file.");
        newKey.addPositional(
                words("ROLE NAMESPACE", "read, write or admin; then the namespaces it may use, '*' for all."));
        CommandSpec verify = onDirectory(
                VERIFY,
                "Read a data directory that no service uses, as a start would, and tell what is in it. Changes nothing;"
                        + " exit 0 if all is well, 3 if it is damaged.",
                "The data directory; stands for --data-dir.");
        CommandSpec export = onDirectory(
                EXPORT,
                "Write the live sessions of a data directory that no service uses as JSON, one a line, with attributes"
                        + " and without ids.",
                "The data directory; stands for --data-dir.");
        CommandSpec backup = onDirectory(
                BACKUP,
                "Have the service on this machine take a snapshot, and copy it with the journal after it. Needs the"
                        + " service's settings: its port, data-dir, and an admin key for all namespaces as api-key.",
                "Where to copy to: a directory that is empty or can be made.");
        CommandSpec migrate = command(
                MIGRATE,
                "Copy the sessions of one store to another, by handle. Those that are there already, or gone there, stay as"
                        + " they are: run it again to bring what changed. Writes go to one side only. Begin the last run"
                        + " before callers end sessions at the target, or within tombstone of it: later runs may bring back"
                        + " what was ended there. All other settings apply to both stores; passwords in URLs show in ps.");
        migrate.addOption(url(
                FROM,
                "Where sessions are: redis:, jdbc:, mongodb:, file:, or data:DIR for the data"
                        + " directory of a service that is stopped for good: run it once."));
        migrate.addOption(url(TO, "Where they shall be: the same, or memcached:."));
        CommandSpec train = command(
                TRAIN,
                "Start the service with settings of its own, ask it a few things and end it, for the JVM to record an"
                        + " archive with which the service starts faster: see README.");

        for (CommandSpec withSettings : List.of(config, health, verify, export, backup, migrate)) {
            if (typed.contains(withSettings.name())) {
                Flags.addTo(withSettings);
            }
        }
        root.addSubcommand(CONFIG, config);
        root.addSubcommand(HEALTH, health);
        root.addSubcommand(NEW_KEY, newKey);
        root.addSubcommand(VERIFY, verify);
        root.addSubcommand(EXPORT, export);
        root.addSubcommand(BACKUP, backup);
        root.addSubcommand(MIGRATE, migrate);
        root.addSubcommand(TRAIN, train);
        CommandLine line = new CommandLine(root);
        line.setExpandAtFiles(false); // a key may begin with @
        line.setUsageHelpAutoWidth(true);
        root.parser().collectErrors(true);
        line.getSubcommands()
                .values()
                .forEach(sub -> sub.getCommandSpec().parser().collectErrors(true));
        return line;
    }

    /** As many as are given: how many there must be is checked with everything else. */
    private static PositionalParamSpec words(String label, String description) {
        return PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec url(String name, String description) {
        return OptionSpec.builder(name)
                .arity("1")
                .type(String.class)
                .paramLabel("<url>")
                .description(description)
                .build();
    }

    private static CommandSpec onDirectory(String name, String description, String directory) {
        CommandSpec command = command(name, description);
        command.addPositional(words("DIR", directory));
        return command;
    }

    private static CommandSpec command(String name, String description) {
        CommandSpec command = CommandSpec.create().name(name);
        command.usageMessage().description(description).sortOptions(false).abbreviateSynopsis(true);
        command.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .arity("0")
                .type(boolean.class)
                .description("Print this help.")
                .build());
        return command;
    }
}
