package dev.sessionstore.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as picocli's options. Their values stay text here, so that all faults are found in one place. */
public final class Flags {
    static final List<String> NAMES = Catalogue.ALL.stream().map(Setting::flag).toList();

    private Flags() {}

    /** Adds a flag for each setting. */
    public static void addTo(CommandSpec command) {
        for (Setting<?> setting : Catalogue.ALL) {
            boolean bare = setting.kind().label().equals("true|false");
            OptionSpec.Builder option = OptionSpec.builder(setting.flag())
                    .type(String.class)
                    .paramLabel("<" + setting.kind().label() + ">")
                    .arity(bare ? "0..1" : "1")
                    .description(escaped(setting.explanation() + " Default: " + setting.shownFallback() + "."));
            if (bare) {
                option.fallbackValue("true");
            }
            command.addOption(option.build());
        }
    }

    /** Picocli formats descriptions. */
    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    /** The flags that were given to the command and its subcommand, by name without dashes. */
    public static Map<String, String> given(ParseResult result) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (@Nullable ParseResult level = result; level != null; level = level.subcommand()) {
            for (OptionSpec option : level.matchedOptions()) {
                String name = option.longestName().substring(2);
                Object value = option.getValue();
                if (Catalogue.named(name) != null && value != null) {
                    flags.put(name, value.toString());
                }
            }
        }
        return flags;
    }

    /**
     * A line for each argument that no command knows. An unknown flag's value is not repeated, since it may be a key
     * whose flag is misspelt.
     */
    public static List<String> unknown(ParseResult result) {
        List<String> faults = new ArrayList<>();
        for (@Nullable ParseResult level = result; level != null; level = level.subcommand()) {
            boolean afterFlag = false;
            for (String argument : level.unmatched()) {
                boolean flag = argument.startsWith("-");
                if (flag) {
                    String name = argument.replaceFirst("=.*", "");
                    faults.add(name + ": is no setting" + Nearest.hint(name, NAMES));
                } else if (!afterFlag) {
                    faults.add("an argument is neither a flag nor a subcommand; see --help");
                }
                afterFlag = flag && !argument.contains("=");
            }
        }
        return faults;
    }
}
