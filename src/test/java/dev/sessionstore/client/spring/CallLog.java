package dev.sessionstore.client.spring;

import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** Remembers which calls went to a client, and loses an answer when told so. Not thread-safe. */
final class CallLog {
    private final List<String> calls = new ArrayList<>();
    private boolean loseNext;

    SessionClient around(SessionClient client) {
        return (SessionClient) Proxy.newProxyInstance(
                CallLog.class.getClassLoader(), new Class<?>[] {SessionClient.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    Object answer;
                    try {
                        answer = method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (loseNext) {
                        loseNext = false;
                        throw new ServiceUnavailableException("the answer was lost", null, true, null, null);
                    }
                    return answer;
                });
    }

    /** The next call reaches the service, and fails. */
    void loseNextAnswer() {
        loseNext = true;
    }

    /** The calls since the last question. */
    List<String> calls() {
        List<String> made = List.copyOf(calls);
        calls.clear();
        return made;
    }
}
