package dev.sessionstore.client.servlet;

import dev.sessionstore.client.SessionClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that remembers its calls, and tells of each write before it is sent. */
final class RecordedClient {
    private static final Set<String> READS = Set.of("find", "peek");
    private static final Set<String> NO_CALLS = Set.of("bound", "codec", "toString", "hashCode", "equals", "close");

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeWrite = () -> {};
    private final SessionClient client;

    RecordedClient(SessionClient real) {
        client = proxy(real);
    }

    private SessionClient proxy(SessionClient real) {
        return (SessionClient) Proxy.newProxyInstance(
                SessionClient.class.getClassLoader(),
                new Class<?>[] {SessionClient.class},
                (self, method, arguments) -> call(real, method, arguments));
    }

    private Object call(SessionClient real, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        if (!NO_CALLS.contains(name)) {
            boolean isPatch = name.equals("patch");
            calls.add(isPatch ? name + " " + arguments[1] : name);
            if (!READS.contains(name)) {
                beforeWrite.run();
            }
        }
        try {
            Object answer = method.invoke(real, arguments);
            return name.equals("bound") ? proxy((SessionClient) answer) : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    SessionClient client() {
        return client;
    }

    void beforeWrite(Runnable check) {
        beforeWrite = check;
    }

    /** What was called since this was last asked: a method's name, of a patch with the numbers of its changes. */
    List<String> calls() {
        List<String> now = List.copyOf(calls);
        calls.clear();
        return now;
    }
}
