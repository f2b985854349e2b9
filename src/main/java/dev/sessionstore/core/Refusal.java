package dev.sessionstore.core;

import org.jspecify.annotations.Nullable;

/**
 * A call that a rule refuses; nothing was changed. Without stack trace: refusals are answers, not accidents, and cost
 * no more than one.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which rule. */
    public enum Rule {
        /** Never seen, or forgotten. */
        NOT_FOUND,
        /** See {@link Refusal#reason()}. */
        GONE,
        ATTRIBUTE_NOT_FOUND,
        BINDING_MISMATCH,
        /** See {@link Refusal#current()}; null when there is no session to match. */
        VERSION_MISMATCH,
        /** A session is to be created where a live one is; see {@link Refusal#current()}. */
        EXISTS,
        /** The principal has as many sessions as its namespace allows. */
        SESSION_LIMIT,
        TOO_LARGE,
        /** The spared session is not one of that principal's. */
        NOT_THE_PRINCIPALS,
        /** The store lacks the capability. */
        NOT_SUPPORTED
    }

    private final Rule rule;
    private final transient @Nullable Reason reason;
    private final transient @Nullable Session current;

    private Refusal(Rule rule, String detail, @Nullable Reason reason, @Nullable Session current) {
        super(detail, null, false, false);
        this.rule = rule;
        this.reason = reason;
        this.current = current;
    }

    /** @param detail for people: the thing, its size, the limit; never an id, a principal or an attribute */
    public static Refusal of(Rule rule, String detail) {
        return new Refusal(rule, detail, null, null);
    }

    /** @param current the live session that the call met */
    public static Refusal of(Rule rule, String detail, Session current) {
        return new Refusal(rule, detail, null, current);
    }

    public static Refusal notFound() {
        return of(Rule.NOT_FOUND, "there is no such session in this namespace");
    }

    public static Refusal gone(Reason reason) {
        return new Refusal(Rule.GONE, "the session is gone: " + reason.word(), reason, null);
    }

    public Rule rule() {
        return rule;
    }

    /** Why the session is gone; null unless the rule is {@link Rule#GONE}. */
    public @Nullable Reason reason() {
        return reason;
    }

    public @Nullable Session current() {
        return current;
    }
}
