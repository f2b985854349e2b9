package dev.sessionstore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SealingTest {
    private static final byte[] TEXT = "a host's own id".getBytes(UTF_8);
    private static final byte[] CONTEXT = "spring".getBytes(UTF_8);

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }

    @Test
    void opensWhatItSealed() {
        Sealing sealing = Sealing.withKeys(key(1));
        String sealed = sealing.seal(TEXT, CONTEXT);
        assertThat(sealing.open(sealed, CONTEXT)).hasValue(TEXT);
        assertThat(sealed).matches("[A-Za-z0-9_-]+").isNotEqualTo(sealing.seal(TEXT, CONTEXT));
        assertThat(sealing.open(sealing.seal(new byte[0], CONTEXT), CONTEXT)).hasValue(new byte[0]);
    }

    @Test
    void theFirstKeySealsAndAllOpen() {
        String sealed = Sealing.withKeys(key(1)).seal(TEXT, CONTEXT);
        Sealing renewed = Sealing.withKeys(key(2), key(1));
        assertThat(renewed.open(sealed, CONTEXT)).hasValue(TEXT);
        String again = renewed.seal(TEXT, CONTEXT);
        assertThat(Sealing.withKeys(key(2)).open(again, CONTEXT)).hasValue(TEXT);
        assertThat(Sealing.withKeys(key(1)).open(again, CONTEXT)).isEmpty();
    }

    @Test
    void opensForNoOtherContext() {
        Sealing sealing = Sealing.withKeys(key(1));
        assertThat(sealing.open(sealing.seal(TEXT, CONTEXT), new byte[0])).isEmpty();
    }

    @Test
    void opensNothingThatWasChanged() {
        Sealing sealing = Sealing.withKeys(key(1));
        byte[] sealed = Base64.getUrlDecoder().decode(sealing.seal(TEXT, CONTEXT));
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(sealing.open(text, CONTEXT)).isEmpty();
        }
        assertThat(sealing.open("", CONTEXT)).isEmpty();
        assertThat(sealing.open("AAAA", CONTEXT)).isEmpty();
        assertThat(sealing.open("not base64!", CONTEXT)).isEmpty();
    }

    @Test
    void keysAre32Bytes() {
        assertThatIllegalArgumentException().isThrownBy(Sealing::withKeys).withMessageContaining("at least one key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sealing.withKeys(key(1), new byte[16]))
                .withMessageContaining("16 bytes");
        assertThat(Sealing.withKeys(key(1))).hasToString("Sealing[1 keys]");
    }
}
