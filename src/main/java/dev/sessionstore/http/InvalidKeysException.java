package dev.sessionstore.http;

import java.util.List;

/** A keys file is broken: one line for each fault, which names the file and the line but quotes no key or hash. */
public final class InvalidKeysException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // an immutable list of strings is serializable
    private final List<String> faults;

    public InvalidKeysException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
