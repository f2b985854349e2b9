package dev.sessionstore.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Our variables in the environment. An empty one counts as not set, as compose files make them.
 *
 * <p>Kubernetes tells every pod about the Services around it by variables, and for a Service named
 * {@code session-store} they begin like ours: these are passed over. Any other unknown name is a warning only, for
 * another Service's name may begin so, too.
 */
final class Environment {
    private static final Pattern KUBERNETES = Pattern.compile("SESSION_STORE_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
            + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern KUBERNETES_PORT = Pattern.compile("(tcp|udp|sctp)://.*");
    private static final List<String> VARIABLES =
            Catalogue.ALL.stream().map(Setting::variable).toList();

    private Environment() {}

    /** The settings in the environment by name; unknown variables add a line to the warnings. */
    static Map<String, Given> read(Map<String, String> environment, List<String> warnings) {
        Map<String, Given> values = new LinkedHashMap<>();
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(Setting.VARIABLE_PREFIX) || text.isEmpty() || isKubernetes(variable, text)) {
                return;
            }
            Setting<?> setting = Catalogue.ofVariable(variable);
            if (setting == null) {
                warnings.add(variable + ": is no setting and is ignored" + Nearest.hint(variable, VARIABLES));
            } else {
                values.put(setting.name(), new Given(text, variable));
            }
        });
        return values;
    }

    private static boolean isKubernetes(String variable, String text) {
        boolean port = variable.equals(Catalogue.PORT.variable())
                && KUBERNETES_PORT.matcher(text).matches();
        return port || KUBERNETES.matcher(variable).matches();
    }
}
