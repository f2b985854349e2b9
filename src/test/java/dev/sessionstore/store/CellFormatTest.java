package dev.sessionstore.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.core.Attributes;
import dev.sessionstore.core.BackendObserver;
import dev.sessionstore.core.Lookup;
import dev.sessionstore.core.Outcome;
import dev.sessionstore.core.Policies;
import dev.sessionstore.core.Reason;
import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.SessionObserver;
import dev.sessionstore.core.Tombstone;
import dev.sessionstore.store.CellBody.Gone;
import dev.sessionstore.store.CellBody.Held;
import dev.sessionstore.store.CellBody.Reserved;
import dev.sessionstore.testing.MutableClock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What engines hold. The bytes here are for ever: sessions live on when the service is replaced by its next version. */
class CellFormatTest {
    private static final SessionKey KEY = new SessionKey(0x0123456789abcdefL, 0x7edcba9876543210L);
    private static final SessionKey SUCCESSOR = new SessionKey(5, 6);
    private static final long BEGAN = 1_795_000_000_000L;

    private static final String A_SESSION =
            "0101a1ee5665c79dc53c871122334455667788000000000000000301a1f37cba000000001b774000"
                    + "00000000000000000493e001a1ee565e001017e99dd7c89758d6b4f1f03efdd599960473686f700f"
                    + "0301a1ee565e00880e80a30507757365722d34320746697265666f780301fe03077b2261223a317d";

    private static Session session() {
        return Session.written(KEY, "shop", 0x1122334455667788L, BEGAN)
                .version(3)
                .lastAccessedAt(BEGAN + 1991)
                .principal("user-42")
                .label("Firefox")
                .binding(new byte[] {1, -2, 3})
                .attributes(Attributes.ofCheckedJson("{\"a\":1}".getBytes(UTF_8)))
                .idleSeconds(1800)
                .absoluteSeconds(86_400)
                .permanent(true)
                .build();
    }

    private static Cell read(byte[] bytes) throws UnreadableCellException {
        return CellFormat.read(KEY, bytes);
    }

    @Test
    void aSessionThatAnEarlierVersionWroteIsRead() throws Exception {
        Cell cell = read(HexFormat.of().parseHex(A_SESSION));
        assertThat(((Held) CellBody.read(cell)).session())
                .usingRecursiveComparison()
                .isEqualTo(session());
    }

    @Test
    void aSessionIsWrittenAsItWasByEarlierVersions() {
        byte[] bytes = CellFormat.write(CellBody.of(session(), Policies.allDefault()));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(A_SESSION);
    }

    @Test
    void aSessionTakesFewBytesBesidesItsData() {
        Session bare = Session.begin(KEY, "shop", BEGAN)
                .idleSeconds(1800)
                .absoluteSeconds(86_400)
                .build();
        int bytes = CellFormat.write(CellBody.of(bare, Policies.allDefault())).length;
        assertThat(bytes).isLessThanOrEqualTo(81);
    }

    @Test
    void markersAndReservationsComeBack() throws Exception {
        Session before = session();
        Session after = before.with().key(SUCCESSOR).version(4).build();
        Tombstone left = new Tombstone(
                KEY,
                "shop",
                Reason.ROTATED,
                BEGAN + 5000,
                BEGAN + 305_000,
                new Tombstone.Rotation(SUCCESSOR, before, BEGAN + 9000, BEGAN + 5000));
        for (Session arriving : new Session[] {after, null}) {
            Cell written = CellBody.of(left, before, arriving);
            Gone gone = (Gone) CellBody.read(read(CellFormat.write(written)));
            assertThat(gone).usingRecursiveComparison().isEqualTo(new Gone(left, arriving));
        }
        for (Reason reason : new Reason[] {Reason.DELETED, Reason.EXPIRED, Reason.REVOKED}) {
            Tombstone tombstone = new Tombstone(KEY, "shop", reason, BEGAN, BEGAN + 1, null);
            Cell written = CellBody.of(tombstone, before, null);
            assertThat(CellBody.read(read(CellFormat.write(written)))).isEqualTo(new Gone(tombstone, null));
        }
        Cell reserved = CellBody.reservation(before, SUCCESSOR, BEGAN);
        assertThat(CellBody.read(read(CellFormat.write(reserved)))).isEqualTo(new Reserved(SUCCESSOR));
    }

    @Test
    void anAccessIsWrittenInPlace() throws Exception {
        byte[] bytes = HexFormat.of().parseHex(A_SESSION);
        for (int i = 0; i < 6; i++) {
            bytes[CellFormat.ACCESSED_AT + i] = (byte) (BEGAN + 7000 >>> 8 * (5 - i));
        }
        Cell cell = read(bytes);
        assertThat(cell.accessedAt()).isEqualTo(BEGAN + 7000);
        assertThat(((Held) CellBody.read(cell)).session().lastAccessedAt()).isEqualTo(BEGAN + 7000);
    }

    @Test
    void whateverElseIsChangedIsNoticed() {
        byte[] bytes = HexFormat.of().parseHex(A_SESSION);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            int at = bit / 8;
            if (at >= CellFormat.ACCESSED_AT && at < CellFormat.ACCESSED_AT + 6) {
                continue;
            }
            byte[] flipped = bytes.clone();
            flipped[at] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> read(flipped)).isInstanceOf(UnreadableCellException.class);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(UnreadableCellException.class);
        }
        assertThatThrownBy(() -> CellFormat.read(SUCCESSOR, bytes))
                .as("under another key")
                .isInstanceOf(UnreadableCellException.class);
    }

    @Test
    void whatCannotBeReadIsAbsentAndCountedAndGivesWay() {
        MutableClock clock = new MutableClock();
        MapEngine engine = new MapEngine(clock);
        AtomicInteger unreadable = new AtomicInteger();
        EngineStore store = new EngineStore(engine, Policies.allDefault(), SessionObserver.NONE, new BackendObserver() {
            @Override
            public void unreadable() {
                unreadable.incrementAndGet();
            }
        });
        engine.map.put(KEY, "garbage".getBytes(UTF_8));
        assertThat(store.find(KEY)).isEqualTo(Lookup.ABSENT);
        assertThat(unreadable).hasValue(1);
        Session session = Session.begin(KEY, "shop", clock.millis()).build();
        assertThat(store.replace(session, session.with().version(2).build())).isEqualTo(Outcome.ABSENT);
        assertThat(store.create(session)).isEqualTo(Outcome.DONE);
        assertThat(store.find(KEY)).isInstanceOf(Session.class);
    }
}
