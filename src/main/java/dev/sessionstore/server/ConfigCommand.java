package dev.sessionstore.server;

import dev.sessionstore.settings.Settings;
import java.io.PrintStream;

/** {@code config} prints what is in force, with its source and without secrets. */
final class ConfigCommand {
    private ConfigCommand() {}

    /**
     * Reads the files of keys and TLS, too, as a start would.
     *
     * @throws dev.sessionstore.settings.InvalidSettingsException if one of them is broken
     * @return the exit code
     */
    static int run(Settings settings, PrintStream out) {
        new KeysInForce(settings.access());
        if (settings.tls() != null) {
            new TlsFiles(settings.tls());
        }
        if (settings.disk() != null) {
            DataKeyFile.read(settings.disk());
        }
        int name = 0;
        int value = 0;
        for (Settings.InForce line : settings.inForce()) {
            name = Math.max(name, line.name().length());
            value = Math.max(value, line.value().length());
        }
        String format = "%-" + name + "s  %-" + value + "s  %s%n";
        for (Settings.InForce line : settings.inForce()) {
            out.printf(format, line.name(), line.value(), line.source());
        }
        return Main.EXIT_OK;
    }
}
