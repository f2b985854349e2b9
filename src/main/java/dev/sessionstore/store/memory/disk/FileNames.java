package dev.sessionstore.store.memory.disk;

import java.util.List;
import java.util.Locale;

/** How the files of a data directory are called. */
final class FileNames {
    static final String LOCK = "lock";
    static final String RESERVE = "reserve";
    /** Ends the name of a file that is not finished. */
    static final String UNFINISHED = ".tmp";
    /** Ends the name of a cut-off tail, before it the offset at which it was cut. */
    static final String TORN = ".torn-at-";
    /** Ends the name of a file that a repair put aside. */
    static final String DAMAGED = ".damaged";

    private FileNames() {}

    static String of(FileHeader.Kind kind, long base) {
        return String.format(Locale.ROOT, "%s-%020d", kind.word, base);
    }

    /** The bases of the files of that kind, ascending. */
    static List<Long> bases(List<String> names, FileHeader.Kind kind) {
        return names.stream()
                .filter(name -> name.matches(kind.word + "-[0-9]{20}"))
                .map(name -> Long.parseLong(name.substring(kind.word.length() + 1)))
                .sorted()
                .toList();
    }

    /** Whether one of ours has that name. */
    static boolean isOurs(String name) {
        return name.equals(LOCK) || name.equals(RESERVE) || name.matches("(journal|snapshot)-[0-9]{20}(\\..+)?");
    }
}
