package dev.sessionstore.settings;

import java.util.List;

/** The settings cannot be used: one line for each fault, which names its source and what would be right. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // an immutable list of strings is serializable
    private final List<String> faults;

    /** @param faults at least one line; none holds a secret */
    public InvalidSettingsException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
