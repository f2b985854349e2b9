package dev.sessionstore.server;

import dev.sessionstore.http.ApiKeys;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * {@code new-key ROLE NAMESPACE…} makes a key. Two lines on standard output, for scripts: the key, and its line for the
 * keys file; what to do with them goes to standard error.
 */
final class NewKey {
    private static final int BYTES = 32;

    private NewKey() {}

    /** @return the exit code */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        List<String> faults = new ArrayList<>();
        List<String> namespaces = arguments.stream()
                .skip(1)
                .flatMap(argument -> List.of(argument.split(",", -1)).stream())
                .distinct()
                .toList();
        if (arguments.size() < 2) {
            faults.add("new-key: expected a role and a namespace, such as: new-key write shop");
        }
        if (!arguments.isEmpty() && ApiKeys.role(arguments.get(0)) == null) {
            faults.add("new-key: \"" + arguments.get(0) + "\" is no role; try read, write or admin");
        }
        for (String namespace : namespaces) {
            if (!ApiKeys.isNamespace(namespace)) {
                faults.add("new-key: \"" + namespace + "\" is no namespace: 1 to 63 of a-z 0-9 _ -, a letter or digit"
                        + " first, and not admin; all of them are '*' (in quotes, or the shell puts file names there)");
            }
        }
        if (!faults.isEmpty()) {
            faults.forEach(err::println);
            return Main.EXIT_USAGE;
        }
        String key = fresh();
        err.println("The first line is the key: give it to the caller, it is not shown again. The second is for the"
                + " file that SESSION_STORE_API_KEYS_FILE names.");
        out.println(key);
        out.println(ApiKeys.hash(key) + " " + arguments.get(0) + " " + String.join(",", namespaces));
        return Main.EXIT_OK;
    }

    static String fresh() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
