package dev.sessionstore.client;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A client before another one: it notes which calls are made, lets tests step in before one, and loses answers. */
final class ClientProbe implements InvocationHandler {
    private static final Set<String> NO_CALLS = Set.of("codec", "async", "close", "toString", "hashCode", "equals");

    private final SessionClient client;
    private final List<String> calls;
    private boolean losesAnswer;
    private Runnable before = () -> {};

    private ClientProbe(SessionClient client, List<String> calls) {
        this.client = client;
        this.calls = calls;
    }

    static ClientProbe before(SessionClient client) {
        return new ClientProbe(client, new ArrayList<>());
    }

    SessionClient client() {
        return (SessionClient)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {SessionClient.class}, this);
    }

    /** What was called since this was asked last. */
    List<String> calls() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    /** The next call is made, and then fails as if its answer had been lost. */
    void loseNextAnswer() {
        losesAnswer = true;
    }

    /** Does this before the next call is made. */
    void beforeNextCall(Runnable action) {
        before = action;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("bound")) {
            return new ClientProbe(client.bound((String) arguments[0]), calls).client();
        }
        if (NO_CALLS.contains(method.getName())) {
            return delegate(method, arguments);
        }
        calls.add(method.getName());
        Runnable action = before;
        before = () -> {};
        action.run();
        Object answer = delegate(method, arguments);
        if (losesAnswer) {
            losesAnswer = false;
            throw new ServiceUnavailableException("the answer was lost", null, true, null, null);
        }
        return answer;
    }

    private Object delegate(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
