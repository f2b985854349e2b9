package dev.sessionstore.store.file;

import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Page;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.store.Cell;
import dev.sessionstore.store.Engine.Part;
import dev.sessionstore.store.Engine.Place;
import dev.sessionstore.store.UnreadableCellException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes through files, by their names' order or by an owner's. Thread-safe. */
final class FileLists {
    private static final Logger LOG = LoggerFactory.getLogger(FileLists.class);
    /** Files that one part looks at: enough for a long page, and a few milliseconds. */
    private static final int MOST_LOOKS = 1000;

    private final FileCells cells;
    private final BackendObserver observer;

    FileLists(FileCells cells, BackendObserver observer) {
        this.cells = cells;
        this.observer = observer;
    }

    List<Cell> cellsOf(String owner, @Nullable Place after, int limit) throws IOException {
        cells.open();
        String prefix = Names.ofOwner(owner) + "-";
        Path folder = cells.tree().owners().resolve(Names.folderOf(prefix));
        TreeMap<Place, String> places = new TreeMap<>();
        for (String name : FileTree.namesIn(folder)) {
            Place place = name.startsWith(prefix) ? Names.place(name) : null;
            if (place != null && (after == null || place.compareTo(after) > 0)) {
                places.put(place, name);
            }
        }
        List<Cell> found = new ArrayList<>();
        for (var entry : places.entrySet()) {
            if (found.size() == limit) {
                break;
            }
            SessionKey key = entry.getKey().key();
            String name = entry.getValue();
            Cell cell = look(key);
            if (cell != null && name.equals(Names.placeOf(cell))) {
                found.add(cell);
            } else {
                cells.repair(key, folder.resolve(name));
            }
        }
        return found;
    }

    Part cells(@Nullable String namespace, Page.@Nullable Cursor after, int limit) throws IOException {
        cells.open();
        String last = after == null ? "" : Names.of(after.key());
        List<Cell> found = new ArrayList<>();
        int looks = 0;
        for (String folder : FileTree.folders(cells.tree().sessions())) {
            if (folder.compareTo(last) < 0 && !last.startsWith(folder)) {
                continue;
            }
            for (String name : FileTree.namesIn(cells.tree().sessions().resolve(folder))) {
                SessionKey key = Names.isUnfinished(name) ? null : Names.keyIn(name);
                if (key == null || name.compareTo(last) <= 0) {
                    continue;
                }
                Cell cell = look(key);
                if (cell != null && (namespace == null || cell.namespace().equals(namespace))) {
                    found.add(cell);
                }
                if (++looks == MOST_LOOKS || found.size() == limit) {
                    return new Part(found, new Page.Cursor(0, key, 0));
                }
            }
        }
        return new Part(found, null);
    }

    private @Nullable Cell look(SessionKey key) throws IOException {
        try {
            return cells.find(key);
        } catch (UnreadableCellException e) {
            observer.unreadable();
            LOG.warn("the record of {} in the store file cannot be read and is left out: {}", key, e.getMessage());
            return null;
        }
    }
}
