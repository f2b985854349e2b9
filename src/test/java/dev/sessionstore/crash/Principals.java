package dev.sessionstore.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whose sessions there are, and which revocations are under way. Guarded by its own monitor. */
final class Principals {
    private final Map<String, List<Life>> lives = new HashMap<>();
    private final Map<String, List<Life.Revocation>> underWay = new HashMap<>();

    /** Before the call that begins a session. */
    synchronized void beginning(Life life) {
        if (life.principal != null) {
            lives.computeIfAbsent(life.principal, name -> new ArrayList<>()).add(life);
            underWay.getOrDefault(life.principal, List.of()).forEach(other -> life.revokedBy(other, false));
        }
    }

    /** Before the call that revokes. */
    synchronized Life.Revocation revoking(String principal) {
        Life.Revocation revocation = new Life.Revocation();
        underWay.computeIfAbsent(principal, name -> new ArrayList<>()).add(revocation);
        lives.getOrDefault(principal, List.of()).forEach(life -> life.revokedBy(revocation, life.hasBegun()));
        return revocation;
    }

    synchronized void revoked(String principal, Life.Revocation revocation) {
        revocation.acknowledgedAt = System.currentTimeMillis();
        underWay.get(principal).remove(revocation);
    }

    /** Nothing is under way any more; of the sessions only these are left. */
    synchronized void settle(List<Life> left) {
        lives.clear();
        underWay.clear();
        left.forEach(this::beginning);
    }
}
