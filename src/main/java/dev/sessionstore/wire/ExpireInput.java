package dev.sessionstore.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a session shall end: exactly one of the two, unless there are faults.
 *
 * @param at in epoch milliseconds
 * @param inMillis from now, 0 or more
 */
public record ExpireInput(@Nullable Long at, @Nullable Long inMillis, List<FieldFault> faults) {

    /** Reads a body that {@link JsonText#compact} made. */
    public static ExpireInput parse(byte[] compactBody) {
        Faults faults = new Faults();
        Slice body = Slice.of(compactBody);
        if (!faults.expectObject(body, "")) {
            return new ExpireInput(null, null, faults.list());
        }
        FieldReader fields = new FieldReader(faults);
        Long at = null;
        Long inMillis = null;
        int mentioned = 0;
        Members members = new Members(body);
        while (members.next()) {
            String name = members.name();
            String pointer = FieldFault.step(name);
            switch (name) {
                case "at" -> {
                    mentioned++;
                    at = fields.time(members.value(), pointer, "");
                }
                case "inSeconds" -> {
                    mentioned++;
                    inMillis = fields.seconds(members.value(), pointer);
                }
                default -> faults.unknown(pointer);
            }
        }
        if (mentioned != 1) {
            faults.add("", "must have exactly one of at and inSeconds");
        }
        return new ExpireInput(at, inMillis, faults.list());
    }
}
