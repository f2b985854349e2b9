package app;

import dev.sessionstore.client.SessionCookie;
import dev.sessionstore.client.SessionFactory;
import dev.sessionstore.client.WebSession;
import io.javalin.Javalin;

/** Counts visits, wherever its sessions are. */
public final class JavalinApp {
    private JavalinApp() {}

    public static Javalin start(SessionFactory sessions) {
        SessionCookie cookie = SessionCookie.builder().name("session").secure(false).build();
        Javalin app = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.before(request -> request.attribute(
                    "session", sessions.open(cookie.read(request.header("Cookie")).orElse(null))));
            config.routes.get("/visit", request -> {
                WebSession session = request.attribute("session");
                int visits = session.contains("visits") ? session.get("visits", Integer.class) : 0;
                session.set("visits", visits + 1);
                request.result(String.valueOf(visits + 1));
            });
            config.routes.after(request -> {
                WebSession session = request.attribute("session");
                if (session != null) { // it is null where it could not be opened
                    session.save();
                    cookie.write(session).forEach((name, value) -> request.res().addHeader(name, value));
                }
            });
        });
        return app.start("127.0.0.1", 0);
    }
}
