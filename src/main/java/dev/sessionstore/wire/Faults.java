package dev.sessionstore.wire;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a document while it is read. */
final class Faults {
    /** A body of many thousand unknown fields shall not get an answer many times its size. */
    private static final int MOST = 100;

    private final List<FieldFault> found = new ArrayList<>();

    void add(String pointer, String detail) {
        if (found.size() < MOST) {
            found.add(new FieldFault(pointer, detail));
        }
    }

    /** For a body or a part of it that should be an object; true if it is. */
    boolean expectObject(Slice value, String pointer) {
        if (!value.isObject()) {
            add(pointer, "must be a JSON object");
        }
        return value.isObject();
    }

    void unknown(String pointer) {
        add(pointer, "is not a field of this document");
    }

    List<FieldFault> list() {
        return List.copyOf(found);
    }
}
