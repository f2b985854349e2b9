package dev.sessionstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Query parameters: unknown, repeated or empty ones are 400. */
class QueryTest extends ServerTest {
    private String id;

    @BeforeEach
    void create() {
        id = sessions.newId();
    }

    @ParameterizedTest
    @EnumSource(IdCall.class)
    void unknownParametersAre400(IdCall call) {
        for (String query : List.of("?unknown=1", "?Touch=false", "?principal=p", "?limit=5")) {
            call.asking(sessions, id, query).problem(400, "malformed-request");
        }
        assertThat(sessions.peek(id).is(200).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"READ", "ATTRIBUTES", "ATTRIBUTE"})
    void touchBelongsToReadsOnly(IdCall call) {
        call.asking(sessions, id, "?touch=false").problem(400, "malformed-request");
        call.asking(sessions, id, "?touch=true").problem(400, "malformed-request");
        assertThat(sessions.peek(id).is(200).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?touch=",
                "?touch",
                "?touch=TRUE",
                "?touch=False",
                "?touch=1",
                "?touch=no",
                "?touch=true%20",
                "?touch=false&touch=false",
                "?touch=true&touch=false",
                "?touch=false&unknown=1",
                "?=false",
                "?touch=%zz",
                "?touch=%ff"
            })
    void touchIsTrueOrFalseOnce(String query) {
        sessions.raw("GET", "/sessions/" + id + query).problem(400, "malformed-request");
        sessions.raw("GET", "/sessions/" + id + "/attributes" + query).problem(400, "malformed-request");
    }

    @Test
    void aParameterNameMayBePercentEncoded() {
        sessions.raw("GET", "/sessions/" + id + "?%74ouch=false").isOneOf(200, 400);
        sessions.raw("GET", "/sessions/" + id + "?touch=false&%74ouch=true").problem(400, "malformed-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?principal=",
                "?principal",
                "?principal=p&principal=p",
                "?principal=p&principal=q",
                "?limit=",
                "?limit=5&limit=5",
                "?cursor=",
                "?include=",
                "?include=attributes&include=attributes",
                "?unknown=1",
                "?touch=false",
                "?confirm=x",
                "?except=x"
            })
    void listsTakeTheirParametersOnce(String query) {
        sessions.raw("GET", "/sessions" + query).problem(400, "malformed-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?principal=p&unknown=1",
                "?principal=p&limit=5",
                "?principal=p&principal=q",
                "?principal=p&except=",
                "?principal=p&include=attributes",
                "?principal=p&except=a&except=b"
            })
    void revocationTakesItsParametersOnce(String query) {
        String mine = sessions.newIdOf("p");

        sessions.raw("DELETE", "/sessions" + query).problem(400, "malformed-request");
        sessions.read(mine).is(200);
    }

    @Test
    void otherRoutesTakeNoParameters() {
        String handle = sessions.peek(id).handle();

        sessions.raw("POST", "/sessions?unknown=1").problem(400, "malformed-request");
        sessions.raw("GET", "/stats?unknown=1").problem(400, "malformed-request");
        sessions.raw("GET", "/handles/" + handle + "?unknown=1").problem(400, "malformed-request");
        sessions.raw("GET", "/handles/" + handle + "?include=").problem(400, "malformed-request");
        sessions.raw("DELETE", "/handles/" + handle + "?include=attributes").problem(400, "malformed-request");
        sessions.read(id).is(200);
    }
}
