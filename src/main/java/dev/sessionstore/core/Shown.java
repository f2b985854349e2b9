package dev.sessionstore.core;

/**
 * Which of a store's sessions a listing shows, by their ends.
 *
 * @param alsoExpired whether those too that expired and are held; else live ones alone
 * @param endingBy none that ends later, in epoch milliseconds; {@link Session#NEVER}: whenever they end
 */
public record Shown(boolean alsoExpired, long endingBy) {
    /** What ordinary lists show. */
    public static final Shown LIVE = new Shown(false, Session.NEVER);
    /** All that a store holds. */
    public static final Shown HELD = new Shown(true, Session.NEVER);

    /** Those that end at that time or before, whether or not they ended. */
    public static Shown endingBy(long time) {
        return new Shown(true, time);
    }

    /** @param session one that the store still holds */
    public boolean shows(Session session, long now) {
        long end = session.expiresAt();
        return end <= endingBy && (alsoExpired || now < end);
    }
}
