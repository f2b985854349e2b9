package dev.sessionstore.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sessionstore.client.AttributeCodec;
import dev.sessionstore.client.AttributeFormatException;
import dev.sessionstore.client.SerializationCodec;
import dev.sessionstore.client.TypedJsonCodec;
import java.io.ObjectInputFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.DefaultCsrfToken;

/** Which codecs bring Spring Security's values back, and how they fail. */
class SpringSecurityCodecTest {
    private static final String CONTEXT = "SPRING_SECURITY_CONTEXT";

    static List<AttributeCodec> codecs() {
        return List.of(
                SecurityMapper.codec(TypedJsonCodec.builder().build()),
                new SerializationCodec(ObjectInputFilter.Config.createFilter(
                        "org.springframework.security.**;java.lang.*;java.math.*;java.time.*;java.util.*")));
    }

    private static Object thereAndBack(AttributeCodec codec, String name, Object value) {
        return codec.decode(name, codec.encode(name, value), Object.class);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void theSecurityContextComesBackWhole(AttributeCodec codec) {
        Instant then = Instant.parse("2026-01-01T00:00:00.123Z");
        var token = UsernamePasswordAuthenticationToken.authenticated(
                User.withUsername("alice").password("").roles("USER").build(),
                null,
                List.of(
                        new SimpleGrantedAuthority("ROLE_USER"),
                        FactorGrantedAuthority.withAuthority("FACTOR_PASSWORD")
                                .issuedAt(then)
                                .build()));
        token.setDetails(new WebAuthenticationDetails("127.0.0.1", null));
        SecurityContext context = new SecurityContextImpl(token);
        assertThat(thereAndBack(codec, CONTEXT, context)).isEqualTo(context);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void theCsrfTokenComesBack(AttributeCodec codec) {
        String name = "org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository.CSRF_TOKEN";
        CsrfToken back = (CsrfToken) thereAndBack(codec, name, new DefaultCsrfToken("X-CSRF", "_csrf", "token"));
        assertThat(back.getToken()).isEqualTo("token");
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void othersKeepTheirTypes(AttributeCodec codec) {
        for (Object value : List.of(5L, "text", Instant.EPOCH, List.of(1, 2L))) {
            assertThat(thereAndBack(codec, "own", value)).isEqualTo(value);
        }
    }

    @Test
    void aFailureNamesTheAttributeAndRepeatsNoValue() {
        SpringSecurityCodec codec = new SpringSecurityCodec(
                value -> {
                    throw new IllegalStateException("secret");
                },
                json -> {
                    throw new IllegalStateException("secret");
                });
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> codec.encode(CONTEXT, "secret"))
                .withMessageContaining(CONTEXT)
                .withMessageNotContaining("secret")
                .withNoCause();
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> codec.decode(CONTEXT, "\"secret\"".getBytes(StandardCharsets.US_ASCII), Object.class))
                .withMessageContaining(CONTEXT)
                .withMessageNotContaining("secret")
                .withNoCause();
    }

    @Test
    void anotherTypeThanAskedForIsToldSo() {
        AttributeCodec codec = SecurityMapper.codec(TypedJsonCodec.builder().build());
        byte[] json = codec.encode(CONTEXT, new SecurityContextImpl());
        assertThatExceptionOfType(AttributeFormatException.class)
                .isThrownBy(() -> codec.decode(CONTEXT, json, String.class))
                .withMessageContaining("not a java.lang.String");
        assertThat(codec.decode(CONTEXT, codec.encode(CONTEXT, null), Object.class))
                .isNull();
    }
}
