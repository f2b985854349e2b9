package dev.sessionstore.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls to the first node that is well, and again to it or another one as long as that is safe and there is time.
 * Thread-safe.
 */
final class HttpTransport implements Transport {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Nodes nodes;
    private final Exchanges exchanges;
    private final long timeoutNanos;
    private final int retries;

    HttpTransport(SessionClientBuilder from) {
        nodes = new Nodes(from.nodes);
        exchanges = new Exchanges(from);
        timeoutNanos = from.timeout.toNanos();
        retries = from.retries;
    }

    @Override
    public <T> T send(Call call, Function<Answer, T> reader) {
        Course course = new Course(call);
        while (true) {
            Node node = course.nextNode();
            try {
                Answer answer = exchanges.exchange(node, call, course.share(), course.mayHaveBeenDone);
                if (answer.status() == 503) {
                    course.busy(node, answer);
                } else {
                    return read(node, answer, reader);
                }
            } catch (NoAnswerException e) {
                course.failed(node, e);
            }
        }
    }

    private static <T> T read(Node node, Answer answer, Function<Answer, T> reader) {
        T result;
        try {
            result = reader.apply(answer);
        } catch (SessionStoreException refusal) {
            // To say no takes a node that is well.
            node.isWell();
            throw refusal;
        }
        node.isWell();
        return result;
    }

    @Override
    public void close() {
        exchanges.close();
    }

    /** One call's attempts and its time. */
    private final class Course {
        private final Call call;
        private final long deadline = System.nanoTime() + timeoutNanos;
        private int attempts;
        private boolean mayHaveBeenDone;
        private @Nullable Node failed;

        Course(Call call) {
            this.call = call;
        }

        private long left() {
            return deadline - System.nanoTime();
        }

        Node nextNode() {
            attempts++;
            return nodes.choose(System.nanoTime(), timeoutNanos, failed);
        }

        /** What is left, shared with the attempts that are left: one that stalls must not eat the time of the others. */
        long share() {
            return call.isRepeatable() ? left() / (retries + 2 - attempts) : left();
        }

        /** The node answered that it cannot now. */
        void busy(Node node, Answer answer) {
            ProblemAnswer problem = ProblemAnswer.of(answer);
            mayHaveBeenDone |= problem.mayHaveBeenDone();
            long now = System.nanoTime();
            long wait = answer.retryAfterSeconds() > 0
                    ? Node.atLeast(TimeUnit.SECONDS.toNanos(answer.retryAfterSeconds()))
                    : pauseBetween();
            node.leaveAside(now, wait);
            boolean safe = call.isRepeatable() || !mayHaveBeenDone;
            if (!safe || attempts > retries) {
                throw problem.toException();
            }
            failed = node;
            if (!nodes.hasOther(node, now)) {
                if (wait >= left()) {
                    throw problem.toException();
                }
                pause(wait);
            }
        }

        /** The node did not answer, or nothing that makes sense. */
        void failed(Node node, NoAnswerException e) {
            mayHaveBeenDone |= e.sent;
            long now = System.nanoTime();
            if (e.nodeFailed) {
                node.failed(now);
                failed = node;
            }
            boolean safe = call.isRepeatable() || !mayHaveBeenDone;
            long wait = e.nodeFailed && !nodes.hasOther(node, now) ? pauseBetween() : 0;
            if (!safe || attempts > retries || wait >= left()) {
                throw new ServiceUnavailableException(
                        "no answer from the session store after " + attempts
                                + (attempts == 1 ? " attempt" : " attempts") + ": " + e.getMessage(),
                        null,
                        mayHaveBeenDone,
                        null,
                        e);
            }
            pause(wait);
        }

        private long pauseBetween() {
            return Node.jittered(FIRST_PAUSE_NANOS << Math.min(attempts, 6));
        }

        private void pause(long nanos) {
            try {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServiceUnavailableException(
                        "interrupted while waiting for the session store", null, mayHaveBeenDone, null, e);
            }
        }
    }
}
