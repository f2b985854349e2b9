package dev.sessionstore.client.servlet;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EventListener;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells whoever wants to know what happens to sessions, in the order of the Servlet specification. Thread-safe. */
final class Listeners {
    private final List<EventListener> all;

    Listeners(List<EventListener> all) {
        this.all = List.copyOf(all);
    }

    static void check(EventListener listener) {
        if (!(listener instanceof HttpSessionListener)
                && !(listener instanceof HttpSessionAttributeListener)
                && !(listener instanceof HttpSessionIdListener)) {
            throw new IllegalArgumentException(listener.getClass().getName() + " listens to nothing that is told here:"
                    + " it is no HttpSessionListener, HttpSessionAttributeListener or HttpSessionIdListener");
        }
    }

    private <T> void tell(Class<T> kind, Consumer<T> what) {
        for (EventListener listener : all) {
            if (kind.isInstance(listener)) {
                what.accept(kind.cast(listener));
            }
        }
    }

    void created(HttpSession session) {
        HttpSessionEvent event = new HttpSessionEvent(session);
        tell(HttpSessionListener.class, listener -> listener.sessionCreated(event));
    }

    /** In reverse order, before the session is invalid. */
    void destroyed(HttpSession session) {
        HttpSessionEvent event = new HttpSessionEvent(session);
        List<EventListener> reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        for (EventListener listener : reversed) {
            if (listener instanceof HttpSessionListener interested) {
                interested.sessionDestroyed(event);
            }
        }
    }

    void renamed(HttpSession session, String oldId) {
        HttpSessionEvent event = new HttpSessionEvent(session);
        tell(HttpSessionIdListener.class, listener -> listener.sessionIdChanged(event, oldId));
    }

    /** Before the session has it. */
    static void willBind(HttpSession session, String name, @Nullable Object before, Object now) {
        if (now != before && now instanceof HttpSessionBindingListener bound) {
            bound.valueBound(new HttpSessionBindingEvent(session, name, now));
        }
    }

    /** @param before null: there was none; @param now null: there is none */
    void changed(HttpSession session, String name, @Nullable Object before, @Nullable Object now) {
        if (now != before && before instanceof HttpSessionBindingListener unbound) {
            unbound.valueUnbound(new HttpSessionBindingEvent(session, name, before));
        }
        HttpSessionBindingEvent event = new HttpSessionBindingEvent(session, name, before == null ? now : before);
        tell(HttpSessionAttributeListener.class, listener -> {
            if (before == null) {
                listener.attributeAdded(event);
            } else if (now == null) {
                listener.attributeRemoved(event);
            } else {
                listener.attributeReplaced(event);
            }
        });
    }

    static void activated(HttpSession session, @Nullable Object value) {
        if (value instanceof HttpSessionActivationListener listener) {
            listener.sessionDidActivate(new HttpSessionEvent(session));
        }
    }

    static void willPassivate(HttpSession session, @Nullable Object value) {
        if (value instanceof HttpSessionActivationListener listener) {
            listener.sessionWillPassivate(new HttpSessionEvent(session));
        }
    }
}
