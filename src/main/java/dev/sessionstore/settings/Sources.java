package dev.sessionstore.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was given, from all sources; the stronger one hides the weaker. Collects faults instead of stopping at one. */
final class Sources {
    final List<String> faults = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    private final Map<String, Given> values = new LinkedHashMap<>();
    private final Map<String, Map<String, Given>> namespaces = new LinkedHashMap<>();
    private final List<Settings.InForce> inForce = new ArrayList<>();
    private final List<Setting<?>> unsound = new ArrayList<>();

    /** @param yaml the file's text, or null to read the file that the other two name */
    Sources(Map<String, String> flags, Map<String, String> environment, @Nullable String yaml) {
        Map<String, Given> stronger = Environment.read(environment, warnings);
        flags.forEach((name, text) -> {
            Setting<?> setting = Catalogue.named(name);
            if (setting == null) {
                faults.add("--" + name + ": is no setting" + Nearest.hint("--" + name, Flags.NAMES));
            } else {
                stronger.put(name, new Given(text, setting.flag()));
            }
        });
        values.putAll(stronger);
        SettingsFile file = yaml != null ? SettingsFile.parse(yaml, "config.yaml", faults) : readFile();
        values.putAll(file.values);
        values.putAll(stronger);
        namespaces.putAll(file.namespaces);
    }

    private SettingsFile readFile() {
        Optional<Path> path = get(Catalogue.CONFIG);
        if (path.isEmpty()) {
            return SettingsFile.none();
        }
        try {
            String yaml = Files.readString(path.get(), StandardCharsets.UTF_8);
            return SettingsFile.parse(yaml, path.get().toString(), faults);
        } catch (IOException e) {
            faults.add(sourceOf(Catalogue.CONFIG) + ": " + path.get() + " is not a UTF-8 text that can be read");
            return SettingsFile.none();
        }
    }

    /** The value in force; a fault is noted and gives the default. */
    <T> T get(Setting<T> setting) {
        Given given = values.get(setting.name());
        show(setting.name(), setting, given == null ? new Given(setting.fallback(), "default") : given);
        return given == null ? fallback(setting) : read(setting, given, fallback(setting));
    }

    Iterable<String> namespaces() {
        return namespaces.keySet();
    }

    /** The namespace's own value, or that of every namespace. */
    <T> T get(String namespace, Setting<T> setting, T everyNamespaces) {
        Map<String, Given> policy = namespaces.get(namespace);
        Given given = policy == null ? null : policy.get(setting.name());
        if (given == null) {
            return everyNamespaces;
        }
        show("namespaces." + namespace + "." + setting.name(), setting, given);
        return read(setting, given, everyNamespaces);
    }

    private <T> T read(Setting<T> setting, Given given, T otherwise) {
        try {
            return setting.kind().reader().read(given.text());
        } catch (NotAValueException e) {
            faults.add(given.source() + ": " + e.getMessage());
            unsound.add(setting);
            return otherwise;
        }
    }

    private static <T> T fallback(Setting<T> setting) {
        try {
            return setting.kind().reader().read(setting.fallback());
        } catch (NotAValueException e) {
            throw new IllegalStateException(setting.name() + ": the default " + e.getMessage(), e);
        }
    }

    private void show(String name, Setting<?> setting, Given given) {
        String place = given.source().endsWith(": " + name)
                ? given.source().substring(0, given.source().length() - name.length() - 2)
                : given.source();
        inForce.add(new Settings.InForce(name, setting.shown(given.text()), place));
    }

    List<Settings.InForce> inForce() {
        return inForce;
    }

    /** Whether these had no fault of their own, so that comparing them makes sense. */
    boolean areSound(Setting<?>... settings) {
        return List.of(settings).stream().noneMatch(unsound::contains);
    }

    /** Whether anybody set it. */
    boolean isGiven(Setting<?> setting) {
        return values.containsKey(setting.name());
    }

    /** How a fault names this setting: as whoever set it did. */
    String sourceOf(Setting<?> setting) {
        Given given = values.get(setting.name());
        return given == null ? setting.name() : given.source();
    }
}
