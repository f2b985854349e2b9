package dev.sessionstore.client;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes in the application's order. Thread-safe. */
final class Nodes {
    private final List<Node> all;

    Nodes(List<URI> uris) {
        all = uris.stream().map(Node::new).toList();
    }

    /**
     * The first that is well; if none is, the one that is due back first, for somebody must find out.
     *
     * @param failed the node that the last attempt failed at, which is the last choice; null: none
     */
    Node choose(long now, long nanosOfTheCall, @Nullable Node failed) {
        for (Node node : all) {
            if (node != failed && node.admits(now, nanosOfTheCall)) {
                return node;
            }
        }
        Node soonest = all.get(0);
        for (Node node : all) {
            if (soonest == failed || node != failed && node.asideFor(now) < soonest.asideFor(now)) {
                soonest = node;
            }
        }
        return soonest;
    }

    /** Whether there is one that an attempt can go to at once instead of this one. */
    boolean hasOther(Node failed, long now) {
        return all.stream().anyMatch(node -> node != failed && node.asideFor(now) <= 0);
    }
}
