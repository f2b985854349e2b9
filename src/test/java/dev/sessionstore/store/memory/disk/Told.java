package dev.sessionstore.store.memory.disk;

import dev.sessionstore.core.Session;
import dev.sessionstore.core.SessionKey;
import dev.sessionstore.core.Tombstone;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Sessions and tombstones as text, so that two of them can be compared in every field. */
public final class Told {
    private Told() {}

    public static String of(Object held) {
        if (held instanceof Session session) {
            byte[] binding = session.binding();
            byte[] json = session.attributes().json();
            return String.join(
                    "|",
                    session.key().handle(),
                    session.namespace(),
                    String.valueOf(session.principal()),
                    String.valueOf(session.label()),
                    binding == null ? "-" : HexFormat.of().formatHex(binding),
                    "v" + session.version() + " of " + session.incarnation(),
                    session.createdAt() + ".." + session.lastAccessedAt() + ".." + session.endsAt(),
                    session.idleSeconds() + "/" + session.absoluteSeconds() + "/" + session.isPermanent(),
                    json.length < 100
                            ? new String(json, StandardCharsets.UTF_8)
                            : json.length + " bytes " + Arrays.hashCode(json));
        }
        if (held instanceof Tombstone gone) {
            Tombstone.Rotation to = gone.rotation();
            return String.join(
                    "|",
                    "gone " + gone.key().handle(),
                    gone.namespace(),
                    gone.reason().word(),
                    gone.goneAt() + ".." + gone.keepUntil(),
                    to == null
                            ? "-"
                            : to.successor().handle() + " " + to.graceUntil() + " " + to.order() + " "
                                    + of(to.before()));
        }
        return String.valueOf(held);
    }

    static Map<String, String> of(PlainImage image) {
        Map<String, String> told = new TreeMap<>();
        image.byKey().forEach((key, held) -> told.put(key.handle(), of(held)));
        return told;
    }

    /** What a reader of that change does to an image. */
    static void to(Image image, Change change) {
        if (change instanceof Change.Live live) {
            image.live(live.session());
        } else if (change instanceof Change.Gone gone) {
            image.gone(gone.tombstone());
        } else if (change instanceof Change.Moved moved) {
            image.gone(moved.left());
            image.live(moved.arrived());
        } else if (change instanceof Change.Removed removed) {
            image.removed(removed.key());
        } else if (change instanceof Change.Evicted evicted) {
            image.evicted(evicted.key(), evicted.incarnation(), evicted.version());
        } else if (change instanceof Change.Touched touched) {
            touched.touches().forEach(each -> image.touched(each.key(), each.incarnation(), each.at()));
        }
    }

    /** Notes only in which order it was told what: quicker to compare than an image. */
    static final class Digest implements Image, Image.Share {
        private long digest;

        long value() {
            return digest;
        }

        private void note(long... values) {
            for (long value : values) {
                digest = 31 * (digest * 0x9E3779B97F4A7C15L + value) + (digest >>> 29);
            }
        }

        private void note(int kind, Session session) {
            byte[] binding = session.binding();
            note(
                    kind,
                    session.key().hi(),
                    session.key().lo(),
                    session.namespace().hashCode(),
                    session.principal() == null ? -1 : session.principal().hashCode(),
                    session.label() == null ? -1 : session.label().hashCode(),
                    binding == null ? -1 : Arrays.hashCode(binding),
                    session.version(),
                    session.incarnation(),
                    session.createdAt(),
                    session.lastAccessedAt(),
                    session.endsAt(),
                    session.idleSeconds(),
                    session.absoluteSeconds(),
                    session.isPermanent() ? 1 : 0,
                    Arrays.hashCode(session.attributes().json()));
        }

        private void note(int kind, Tombstone gone) {
            note(kind, gone.key().hi(), gone.key().lo(), gone.reason().ordinal(), gone.goneAt(), gone.keepUntil());
            note(gone.namespace().hashCode());
            Tombstone.Rotation to = gone.rotation();
            if (to != null) {
                note(to.successor().hi(), to.successor().lo(), to.graceUntil(), to.order());
                note(kind, to.before());
            }
        }

        @Override
        public void expect(int about) {}

        @Override
        public Share share() {
            return this;
        }

        @Override
        public void close() {}

        @Override
        public void load(Session session) {
            note(1, session);
        }

        @Override
        public void load(Tombstone tombstone) {
            note(2, tombstone);
        }

        @Override
        public void live(Session session) {
            note(3, session);
        }

        @Override
        public void gone(Tombstone tombstone) {
            note(4, tombstone);
        }

        @Override
        public void removed(SessionKey key) {
            note(5, key.hi(), key.lo());
        }

        @Override
        public void evicted(SessionKey key, long incarnation, long version) {
            note(6, key.hi(), key.lo(), incarnation, version);
        }

        @Override
        public void touched(SessionKey key, long incarnation, long at) {
            note(7, key.hi(), key.lo(), incarnation, at);
        }
    }
}
