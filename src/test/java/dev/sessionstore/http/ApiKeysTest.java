package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
    private static final String FIRST = ApiKeys.hash("first");
    private static final String SECOND = ApiKeys.hash("second");

    @Test
    void aPresentedKeyIsFoundByItsHash() {
        ApiKeys keys = ApiKeys.parse(FIRST + " read shop,blog\n" + SECOND + " write *\n", "keys");

        assertThat(keys.find("first")).isEqualTo(new Caller(Role.READ, Set.of("shop", "blog")));
        assertThat(keys.find("second")).isEqualTo(new Caller(Role.WRITE, Set.of("*")));
        assertThat(keys.find("third")).isNull();
        assertThat(keys.find("")).isNull();
        assertThat(keys.find(FIRST)).isNull();
    }

    @Test
    void hashesAreThoseOfTheStandard() {
        assertThat(ApiKeys.hash("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void commentsBlankLinesAndWindowsLineEndsAreFine() {
        String text = "\uFEFF# keys\r\n\r\n  " + FIRST.toUpperCase(Locale.ROOT) + "\tadmin   shop  \r\n";

        assertThat(ApiKeys.parse(text, "keys").find("first")).isEqualTo(new Caller(Role.ADMIN, Set.of("shop")));
        assertThat(ApiKeys.parse("# none yet\n", "keys").isEmpty()).isTrue();
    }

    @Test
    void allFaultsAreListedWithTheirLinesAndWithoutWhatMayBeAKey() {
        String key = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE";
        String text = String.join(
                "\n",
                key + " read shop",
                FIRST + " reader shop",
                FIRST + " read shop blog",
                "read " + FIRST + " shop",
                FIRST + " read " + key,
                FIRST + " read admin,",
                key,
                FIRST + " read shop",
                FIRST + " write shop");

        InvalidKeysException refused =
                catchThrowableOfType(InvalidKeysException.class, () -> ApiKeys.parse(text, "/etc/keys"));

        assertThat(refused.faults())
                .extracting(fault -> fault.replaceFirst("(line \\d+: \\S+ \\S+).*", "$1"))
                .containsExactly(
                        "/etc/keys: line 1: the first",
                        "/etc/keys: line 2: the role",
                        "/etc/keys: line 3: expected SHA-256-in-hex",
                        "/etc/keys: line 4: the first",
                        "/etc/keys: line 4: the role",
                        "/etc/keys: line 5: namespace 1",
                        "/etc/keys: line 6: namespace 1",
                        "/etc/keys: line 6: namespace 2",
                        "/etc/keys: line 7: expected SHA-256-in-hex",
                        "/etc/keys: line 9: this key");
        assertThat(refused.getMessage()).doesNotContain(key).doesNotContain(FIRST);
    }

    @Test
    void keysOfTwoSourcesCountTogether() {
        ApiKeys keys = ApiKeys.ofAdminKey("root").and(ApiKeys.parse(FIRST + " read shop", "keys"));

        assertThat(keys.find("root")).isEqualTo(new Caller(Role.ADMIN, Set.of("*")));
        assertThat(keys.find("first")).isEqualTo(new Caller(Role.READ, Set.of("shop")));
        assertThat(ApiKeys.none().and(ApiKeys.none()).isEmpty()).isTrue();
        assertThat(ApiKeys.none().find("root")).isNull();
    }

    @Test
    void aRoleCoversThoseBelowAndACallerItsNamespaces() {
        assertThat(Role.ADMIN.covers(Role.WRITE)).isTrue();
        assertThat(Role.WRITE.covers(Role.WRITE)).isTrue();
        assertThat(Role.READ.covers(Role.WRITE)).isFalse();

        assertThat(new Caller(Role.READ, Set.of("shop")).covers("shop")).isTrue();
        assertThat(new Caller(Role.READ, Set.of("shop")).covers("blog")).isFalse();
        assertThat(new Caller(Role.READ, Set.of("shop")).coversAll()).isFalse();
        assertThat(new Caller(Role.READ, Set.of("*")).covers("blog")).isTrue();
    }
}
