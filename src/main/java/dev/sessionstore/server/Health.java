package dev.sessionstore.server;

import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** {@code health} asks the service on this machine whether it lives, for containers without curl. */
final class Health {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final List<String> ANY_ADDRESS = List.of("0.0.0.0", "::", "localhost");

    private Health() {}

    /** @return the exit code: 0 if it lives, else 1 */
    static int run(Settings settings, PrintStream out, PrintStream err) {
        if (settings.port() == 0) {
            err.println("health: port 0 is any free one, so nobody knows which to ask; set a port");
            return Main.EXIT_FAILED;
        }
        URI uri = URI.create((settings.tls() == null ? "http" : "https") + "://" + address(settings.host()) + ":"
                + settings.port() + "/health/live");
        try {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .sslContext(trusting())
                    .build();
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            (status == 200 ? out : err).println("health: " + uri + " answers " + status);
            return status == 200 ? Main.EXIT_OK : Main.EXIT_FAILED;
        } catch (IOException e) {
            if (refusesOurCertificate(settings, e)) {
                out.println("health: " + uri + " asks for a client certificate, so it lives");
                return Main.EXIT_OK;
            }
            err.println("health: " + uri + " does not answer: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
            return Main.EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.EXIT_FAILED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** Loopback, unless the service listens on one other address only. */
    private static String address(String host) {
        if (ANY_ADDRESS.contains(host)) {
            return "127.0.0.1";
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** With client certificates asked for, we have none to show; that we are told so is a sign of life. */
    private static boolean refusesOurCertificate(Settings settings, IOException e) {
        if (settings.tls() == null || settings.tls().clientCa() == null) {
            return false;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("fatal alert")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Trusts whatever certificate: nothing secret is sent, this machine is asked, and its certificate has the name that
     * others call it by. Extended, since Java checks the host's name itself for the plain kind.
     */
    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        return context;
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
