package dev.sessionstore.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.SessionKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionKeySetTest {
    private final SessionKeySet set = new SessionKeySet();

    @Test
    void aKeyIsThereOnce() {
        SessionKey key = new SessionKey(1, 2);
        assertThat(set.add(key)).isTrue();
        assertThat(set.add(new SessionKey(1, 2))).isFalse();
        assertThat(set.size()).isEqualTo(1);
        assertThat(set.remove(new SessionKey(1, 2))).isTrue();
        assertThat(set.remove(key)).isFalse();
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void behavesLikeAHashSetThroughRandomChanges() {
        Random random = new Random(42);
        Set<SessionKey> model = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            // Few homes, so that keys collide and deletion has followers to move, round the array's end too.
            SessionKey key = new SessionKey(random.nextInt(40), (random.nextLong(6) - 3) << 32);
            if (random.nextInt(100) < (i / 20_000 % 2 == 0 ? 70 : 30)) {
                assertThat(set.add(key)).isEqualTo(model.add(key));
            } else {
                assertThat(set.remove(key)).isEqualTo(model.remove(key));
            }
            assertThat(set.contains(key)).isEqualTo(model.contains(key));
            assertThat(set.size()).isEqualTo(model.size());
        }
        assertThat(set.toArray()).containsExactlyInAnyOrderElementsOf(model);
    }

    @Test
    void copyingInPiecesCopiesEachKeyOnce() {
        List<SessionKey> keys = new ArrayList<>();
        Random random = new Random(42);
        for (int i = 0; i < 1000; i++) {
            SessionKey key = new SessionKey(i, random.nextLong());
            keys.add(key);
            set.add(key);
        }
        List<SessionKey> copied = new ArrayList<>();
        for (int place = 0; place < set.end(); ) {
            int before = copied.size();
            place = set.copyFrom(place, copied, 7);
            assertThat(copied.size() - before).isLessThanOrEqualTo(7);
        }
        assertThat(copied).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void aSetThatShrankGivesItsPlacesBack() {
        for (int i = 0; i < 10_000; i++) {
            set.add(new SessionKey(i, (long) i << 32));
        }
        for (int i = 0; i < 9_999; i++) {
            set.remove(new SessionKey(i, (long) i << 32));
        }
        assertThat(set.end()).isLessThanOrEqualTo(16);
        assertThat(set.contains(new SessionKey(9_999, 9_999L << 32))).isTrue();
    }
}
