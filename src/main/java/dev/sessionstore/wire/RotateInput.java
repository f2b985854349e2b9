package dev.sessionstore.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for with a rotation.
 *
 * @param newId the caller's own new id, of whatever shape: the server judges it; null if the server shall make one
 * @param changes as PATCH takes them; its faults are among {@code faults} too, with pointers from this body's root
 * @param graceSeconds 0 to 60
 * @param faults all of them
 */
public record RotateInput(@Nullable String newId, SessionInput changes, int graceSeconds, List<FieldFault> faults) {

    /** Asks for a new id and nothing else, as an absent body does. */
    public static final RotateInput EMPTY = new RotateInput(null, SessionInput.EMPTY, 0, List.of());

    /** Reads a body that {@link JsonText#compact} made. */
    public static RotateInput parse(byte[] compactBody) {
        Faults faults = new Faults();
        Slice body = Slice.of(compactBody);
        if (!faults.expectObject(body, "")) {
            return new RotateInput(null, SessionInput.EMPTY, 0, faults.list());
        }
        String newId = null;
        SessionInput changes = SessionInput.EMPTY;
        int graceSeconds = 0;
        Members members = new Members(body);
        while (members.next()) {
            String name = members.name();
            Slice value = members.value();
            String pointer = FieldFault.step(name);
            switch (name) {
                case "newId" -> {
                    if (value.isString()) {
                        newId = value.text();
                    } else {
                        faults.add(pointer, "must be a string");
                    }
                }
                case "changes" -> changes = SessionInput.read(value, SessionInput.Kind.PATCH, pointer, faults);
                case "graceSeconds" -> graceSeconds = new FieldReader(faults).grace(value, pointer);
                default -> faults.unknown(pointer);
            }
        }
        return new RotateInput(newId, changes, graceSeconds, faults.list());
    }

    /** Without the id, which is a secret. */
    @Override
    public String toString() {
        return "RotateInput[graceSeconds=" + graceSeconds + ", " + faults.size() + " faults]";
    }
}
