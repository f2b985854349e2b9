package dev.sessionstore.store.memory.disk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a reading of the files found, beside what it put into the image.
 *
 * @param last the number of the last change
 * @param base the number of the last change that is in the snapshot for certain; without a snapshot 0, and after a
 *     salvage -1, since no file holds all then
 * @param snapshot the snapshot it began with; null: none
 * @param snapshotBytes its size
 * @param journalBytes of all journals after it
 * @param latest the latest time that the files know, in epoch milliseconds
 * @param isOfOtherKey whether a file is not encrypted as new ones will be, so that a snapshot is due
 * @param torn the tail that must be cut off; null: none
 * @param files what each file that was read holds, for people
 * @param lost what a salvage could not save, for people
 * @param damaged the files that a salvage found damaged
 */
record Recovered(
        long last,
        long base,
        @Nullable SnapshotEnd snapshot,
        long snapshotBytes,
        long journalBytes,
        long latest,
        boolean isOfOtherKey,
        @Nullable Torn torn,
        List<String> files,
        List<String> lost,
        List<String> damaged) {

    /** By how much the clock stands before what was written down, for people; empty: it does not. */
    Optional<String> clockSetBack(long now) {
        return latest <= now
                ? Optional.empty()
                : Optional.of("the clock stands " + Duration.ofMillis(latest - now)
                        + " before the last time that was written down");
    }

    /**
     * @param size where the last whole record ends
     * @param isUnused whether there are only zeros after it
     */
    record Torn(String name, long size, long bytes, boolean isUnused) {
        @Override
        public String toString() {
            return name + " ends in the middle of a record: the last " + bytes + " bytes, from offset " + size
                    + ", were never finished";
        }
    }
}
