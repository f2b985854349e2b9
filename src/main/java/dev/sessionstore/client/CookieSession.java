package dev.sessionstore.client;

import dev.sessionstore.wire.SessionDocument;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session that lives in its cookie. */
final class CookieSession extends RequestSession {
    private final CookieSessions factory;
    private String value;
    /** The stored attributes' text; null: nothing is stored. */
    private byte @Nullable [] attributesJson;

    private boolean isRotated;

    /** @param document null: it is new */
    CookieSession(
            CookieSessions factory,
            @Nullable String presented,
            @Nullable SessionDocument document,
            @Nullable GoneReason goneReason) {
        super(
                factory.hooks(),
                factory.codec(),
                presented,
                document == null ? null : new StoredSession(document, null, false, factory.codec()),
                goneReason);
        this.factory = factory;
        value = document == null || presented == null ? "" : presented;
        attributesJson = document == null ? null : document.attributes();
    }

    @Override
    public String id() {
        return value;
    }

    /** A cookie cannot be called back; with a new time it is another one at least. */
    @Override
    public void rotate() {
        super.rotate();
        isRotated = isStored();
    }

    @Override
    public boolean isModified() {
        return isRotated || super.isModified();
    }

    @Override
    void becomeNew() {
        value = "";
        attributesJson = null;
        isRotated = false;
    }

    @Override
    void destroy() {
        // It is nowhere but in the cookie.
    }

    @Override
    void store() {
        if (!hasContent()) {
            if (isStored()) {
                end(GoneReason.DELETED);
            }
            return;
        }
        Instant now = factory.clock().instant();
        SessionAttributes.Changes changes = attributes.changes();
        if (isStored() && changes.isEmpty() && !settings.isChanged() && !isRotated && !isRenewalDue(now)) {
            return;
        }
        byte[] changed = CookieDocument.attributes(attributesJson, changes);
        Duration idle = idleTimeout().orElse(factory.lifetime());
        byte[] document = CookieDocument.write(settings, createdAt().orElse(now), idle, changed);
        value = factory.seal(document, now);
        attributesJson = changed;
        isRotated = false;
        saved(changes, new StoredSession(CookieDocument.read(document, now), null, false, factory.codec()));
    }

    private boolean isRenewalDue(Instant now) {
        Duration idle = idleTimeout().orElse(factory.lifetime());
        return lastAccessedAt()
                .filter(sealedAt -> !now.isBefore(sealedAt.plus(idle.dividedBy(2))))
                .isPresent();
    }
}
