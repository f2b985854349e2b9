package dev.sessionstore.settings;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The YAML file: settings by name, and {@code namespaces}. Only its syntax tree is read, no object is ever made from
 * it, and each value stays the text that stands there.
 *
 * <pre>{@code
 * idle-timeout: 20m
 * namespaces:
 *   shop:
 *     max-sessions-per-principal: 10
 * }</pre>
 */
final class SettingsFile {
    private static final String NAMESPACES = "namespaces";
    private static final List<String> KEYS = Stream.concat(
                    Catalogue.ALL.stream().filter(s -> s != Catalogue.CONFIG).map(Setting::name), Stream.of(NAMESPACES))
            .toList();
    private static final List<String> POLICY_KEYS = Catalogue.ALL.stream()
            .filter(Setting::perNamespace)
            .map(Setting::name)
            .toList();

    final Map<String, Given> values = new LinkedHashMap<>();
    final Map<String, Map<String, Given>> namespaces = new LinkedHashMap<>();
    private final String label;
    private final List<String> faults;

    private SettingsFile(String label, List<String> faults) {
        this.label = label;
        this.faults = faults;
    }

    static SettingsFile none() {
        return new SettingsFile("", List.of());
    }

    /**
     * @param label the file's name for faults
     * @param faults receives a line for each fault
     */
    static SettingsFile parse(String yaml, String label, List<String> faults) {
        SettingsFile file = new SettingsFile(label, faults);
        try {
            LoadSettings syntax = LoadSettings.builder().setLabel(label).build();
            new Compose(syntax).composeString(yaml).ifPresent(file::readRoot);
        } catch (MarkedYamlEngineException e) {
            faults.add(label + ": " + position(e) + "this is not YAML: " + problem(e));
        } catch (YamlEngineException e) {
            faults.add(label + ": this is not YAML");
        }
        return file;
    }

    private static String position(MarkedYamlEngineException e) {
        return e.getProblemMark()
                .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                .orElse("");
    }

    /** Not the whole message, which quotes the file and so perhaps a key; an alias is a piece of the file, too. */
    private static String problem(MarkedYamlEngineException e) {
        String problem = e.getProblem();
        return problem == null || problem.contains("alias") ? "see there" : problem;
    }

    private void readRoot(Node root) {
        for (Map.Entry<String, Node> entry : entries(root, "").entrySet()) {
            String key = entry.getKey();
            if (key.equals(NAMESPACES)) {
                readNamespaces(entry.getValue());
            } else if (KEYS.contains(key)) {
                put(values, key, key, entry.getValue());
            } else {
                fault(key, "is no setting" + Nearest.hint(key, KEYS));
            }
        }
    }

    private void readNamespaces(Node node) {
        for (Map.Entry<String, Node> entry : entries(node, NAMESPACES).entrySet()) {
            String path = NAMESPACES + "." + entry.getKey();
            if (!Namespaces.isName(entry.getKey())) {
                fault(path, Namespaces.RULE);
            }
            Map<String, Given> policy = new LinkedHashMap<>();
            for (Map.Entry<String, Node> value : entries(entry.getValue(), path).entrySet()) {
                String key = value.getKey();
                if (POLICY_KEYS.contains(key)) {
                    put(policy, key, path + "." + key, value.getValue());
                } else if (KEYS.contains(key)) {
                    fault(path + "." + key, "cannot be set for one namespace");
                } else {
                    fault(path + "." + key, "is no setting of a namespace" + Nearest.hint(key, POLICY_KEYS));
                }
            }
            namespaces.put(entry.getKey(), policy);
        }
    }

    private void put(Map<String, Given> target, String key, String path, Node node) {
        String text = scalar(node);
        if (text == null) {
            fault(path, "must have a single value");
        } else {
            target.put(key, new Given(text, label + ": " + path));
        }
    }

    /** A mapping's entries; what is none has none, and a fault. */
    private Map<String, Node> entries(Node node, String path) {
        Map<String, Node> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            fault(path, "must be a mapping of names to values");
            return entries;
        }
        Set<String> twice = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode());
            if (key == null) {
                fault(path, "has a key that is not a name");
            } else if (entries.putIfAbsent(key, tuple.getValueNode()) != null && twice.add(key)) {
                fault(path.isEmpty() ? key : path + "." + key, "stands there more than once");
            }
        }
        return entries;
    }

    private static @Nullable String scalar(Node node) {
        return node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL) ? scalar.getValue() : null;
    }

    private void fault(String path, String problem) {
        faults.add(label + ": " + (path.isEmpty() ? "" : path + ": ") + problem);
    }
}
