package dev.sessionstore.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.SessionChange;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionService;
import dev.sessionstore.testing.MutableClock;
import dev.sessionstore.testing.engines.TestRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many commands each call takes, as Redis counts them: {@code get} and {@code evalsha} are sent; scripts use neither
 * themselves.
 */
class RoundTripsTest {
    private final TestRedis server = TestRedis.another();
    private final Room room = new Room(server.url());
    private final MutableClock clock = new MutableClock();
    private final SessionService service =
            new SessionService(Room.store(room.engine(clock), Policies.allDefault()), Policies.allDefault(), 1 << 18);

    @AfterEach
    void close() {
        room.close();
        server.stop();
    }

    private SessionKey created(String principal) {
        SessionKey key = Room.newKey();
        SessionChange change = new SessionChange(
                before -> principal,
                UnaryOperator.identity(),
                UnaryOperator.identity(),
                null,
                null,
                null,
                null,
                before -> json("{}"));
        service.create(key, "shop", change, session -> {});
        return key;
    }

    private static Attributes json(String text) {
        return Attributes.ofCheckedJson(text.getBytes(StandardCharsets.UTF_8));
    }

    private SessionChange patch(String text) {
        return SessionChange.ofAttributes(before -> json(text));
    }

    private record Sent(long gets, long scripts, long others) {}

    private Sent sentBy(Runnable call) {
        room.redis.configResetstat();
        call.run();
        List<String> statistics = room.redis.info("commandstats").lines().toList();
        return new Sent(
                calls(statistics.stream(), "get"),
                calls(statistics.stream(), "evalsha"),
                calls(statistics.stream(), "eval|mget|zrange|scan|multi|exec|script.*"));
    }

    private static long calls(Stream<String> statistics, String commands) {
        return statistics
                .filter(line -> line.matches("cmdstat_(" + commands + "):.*"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=([0-9]+),.*", "$1")))
                .sum();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "user-42")
    void aReadIsOneAndAWriteIsTwo(String principal) {
        created(principal);
        SessionKey key = Room.newKey();
        assertThat(sentBy(() -> service.create(key, "shop", patch("{}"), session -> {})))
                .isEqualTo(new Sent(0, 1, 0));
        SessionKey owned = created(principal);
        assertThat(sentBy(() -> service.read(owned, session -> {}, true))).isEqualTo(new Sent(1, 0, 0));
        assertThat(sentBy(() -> service.change(owned, session -> {}, patch("{\"a\":1}"))))
                .isEqualTo(new Sent(1, 1, 0));
        clock.advance(Duration.ofMinutes(20));
        assertThat(sentBy(() -> service.change(owned, session -> {}, patch("{\"a\":2}"))))
                .as("a write that moves the cover of the listing, too")
                .isEqualTo(new Sent(1, 1, 0));
    }

    @Test
    void aDueTouchIsOneMore() {
        SessionKey key = created("user-42");
        service.touch(key, session -> {});
        clock.advance(Duration.ofMinutes(1));
        assertThat(sentBy(() -> {
                    service.read(key, session -> {}, true);
                    // The touch is on its way: the next command on that connection comes behind it.
                    service.look(key);
                }))
                .isEqualTo(new Sent(2, 1, 0));
        assertThat(service.look(key).lastAccessedAt()).isEqualTo(clock.millis());
    }

    @Test
    void aLostRaceIsTwoMore() {
        SessionKey key = created("user-42");
        boolean[] lost = new boolean[1];
        SessionService rival = new SessionService(
                Room.store(room.engine(clock), Policies.allDefault()), Policies.allDefault(), 1 << 18);
        Sent both = sentBy(() -> service.change(key, session -> {}, SessionChange.ofAttributes(before -> {
            if (!lost[0]) {
                lost[0] = true;
                rival.change(key, session -> {}, patch("{\"rival\":1}"));
            }
            return json("{\"mine\":1}");
        })));
        assertThat(both).as("four, and the rival's two").isEqualTo(new Sent(3, 3, 0));
        assertThat(service.look(key).version()).isEqualTo(3);
    }
}
