package dev.sessionstore.client.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.client.Sealing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class HostIdsTest {
    private final Sealing sealing = Sealing.withKeys(new byte[32]);
    private final HostIds shop = HostIds.of("_shop", "0.0.0.0", sealing);

    @Test
    void mapsAsTheContractSays() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest("_shop@0.0.0.0\0node01abc".getBytes(StandardCharsets.UTF_8));

        assertThat(shop.toService("node01abc"))
                .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(hash))
                .hasSize(43)
                .matches("[A-Za-z0-9_-]+");
    }

    @Test
    void oneIdIsTwoSessionsInTwoContexts() {
        assertThat(HostIds.of("_blog", "0.0.0.0", sealing).toService("node01abc"))
                .isNotEqualTo(shop.toService("node01abc"));
        assertThat(HostIds.of("_shop", "www", sealing).toService("node01abc"))
                .isNotEqualTo(shop.toService("node01abc"));
    }

    @Test
    void aSealedIdOpensInItsContextOnly() {
        String sealed = shop.seal("node01abc");

        assertThat(sealed).doesNotContain("node01abc");
        assertThat(shop.open(sealed)).contains("node01abc");
        assertThat(HostIds.of("_blog", "0.0.0.0", sealing).open(sealed)).isEmpty();
    }
}
