import io.javalin.Javalin;
import java.util.Arrays;

/**
 * The least that a service on Javalin can cost: answers a constant of a given size. Run with the server jar as class
 * path, so Javalin and Jetty are the service's own.
 */
public final class BareJavalin {
    private BareJavalin() {}

    /** @param args port and size of the answer in bytes */
    public static void main(String[] args) {
        byte[] answer = new byte[Integer.parseInt(args[1])];
        Arrays.fill(answer, (byte) 'x');
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.get(
                            "/v1/{namespace}/sessions/{id}",
                            context -> context.contentType("application/json").result(answer));
                    config.routes.put("/v1/{namespace}/sessions/{id}", context -> {
                        context.bodyAsBytes();
                        context.contentType("application/json").result(answer);
                    });
                })
                .start("127.0.0.1", Integer.parseInt(args[0]));
        System.out.println("bare Javalin listens");
    }
}
