package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.Tombstone;
import org.junit.jupiter.api.Test;

/** The moment inside a rotation that a polling thread hardly ever meets, looked at step by step. */
class PassageTest extends StoreFixture {
    private final Session leaving = begin().build();
    private final Session arriving = leaving.with().key(newKey()).build();
    private final Passage.Flip flip = new Passage.Flip();
    private final Passage out = Passage.out(flip, leaving);
    private final Passage in = Passage.in(flip, arriving);

    @Test
    void oneFlipMovesTheSessionUnderBothKeys() {
        Tombstone left = new Tombstone(leaving.key(), "shop", Reason.ROTATED, 0, 1, null);
        assertThat(out.now()).isSameAs(leaving);
        assertThat(in.now()).isNull();
        out.leave(left);
        assertThat(out.now()).isSameAs(leaving);
        assertThat(in.now()).isNull();
        flip.complete();
        assertThat(out.now()).isSameAs(left);
        assertThat(in.now()).isSameAs(arriving);
    }
}
