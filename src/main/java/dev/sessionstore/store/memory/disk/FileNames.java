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

    /**
     * The files that a start reads: the newest snapshot, and the journals that are not older than it.
     *
     * @param base of the snapshot; 0 where there is none
     * @param journals their bases, ascending
     */
    record Chain(boolean hasSnapshot, long base, List<Long> journals) {}

    static Chain chain(List<String> names) {
        List<Long> snapshots = bases(names, FileHeader.Kind.SNAPSHOT);
        long base = snapshots.isEmpty() ? 0 : snapshots.get(snapshots.size() - 1);
        List<Long> journals = bases(names, FileHeader.Kind.JOURNAL).stream()
                .filter(each -> each >= base)
                .toList();
        return new Chain(!snapshots.isEmpty(), base, journals);
    }

    /** Whether one of ours has that name. */
    static boolean isOurs(String name) {
        return name.equals(LOCK) || name.equals(RESERVE) || name.matches("(journal|snapshot)-[0-9]{20}(\\..+)?");
    }
}
