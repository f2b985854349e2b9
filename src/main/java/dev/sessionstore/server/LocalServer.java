package dev.sessionstore.server;

import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The service on this machine, as a subcommand with the same settings finds it. Sends the key of the settings only to a
 * service that shows the certificate of the settings.
 */
final class LocalServer {
    private static final List<String> ANY_ADDRESS = List.of("0.0.0.0", "::", "localhost");

    private final Settings settings;
    private final Duration patience;
    private final boolean withKey;
    private final HttpClient client;

    private LocalServer(Settings settings, Duration patience, boolean withKey) {
        if (settings.port() == 0) {
            throw new InvalidSettingsException(
                    List.of("port: 0 is any free one, so nobody knows which to ask; set a port"));
        }
        this.settings = settings;
        this.patience = patience;
        this.withKey = withKey;
        Settings.Tls tls = settings.tls();
        try {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .connectTimeout(patience)
                    .sslContext(trusting(withKey && tls != null ? certificate(tls) : null))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /**
     * To be asked what needs no key. Any certificate will do: nothing secret is sent.
     *
     * @param patience how long to wait for a connection, and for an answer
     * @throws InvalidSettingsException if nobody can know its port
     */
    static LocalServer withoutKey(Settings settings, Duration patience) {
        return new LocalServer(settings, patience, false);
    }

    /** The same, to be asked with the key of the settings, if they have one. */
    static LocalServer withKey(Settings settings, Duration patience) {
        return new LocalServer(settings, patience, true);
    }

    URI uri(String path) {
        return URI.create((settings.tls() == null ? "http" : "https") + "://" + address(settings.host()) + ":"
                + settings.port() + path);
    }

    /** Loopback, unless the service listens on one other address only. */
    private static String address(String host) {
        if (ANY_ADDRESS.contains(host)) {
            return "127.0.0.1";
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    HttpResponse<byte[]> send(String verb, String path) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(patience).method(verb, HttpRequest.BodyPublishers.noBody());
        if (withKey && settings.access().apiKey() != null) {
            request.header(
                    "Authorization", "Bearer " + settings.access().apiKey().reveal());
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Whether it refused us for want of a client certificate: we have none to show. */
    boolean asksForCertificate(IOException refusal) {
        if (settings.tls() == null || settings.tls().clientCa() == null) {
            return false;
        }
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("fatal alert")) {
                return true;
            }
        }
        return false;
    }

    /** What a failed call says of itself; some say nothing. */
    static String problem(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static X509Certificate certificate(Settings.Tls tls) {
        try {
            return Pem.certificates(
                            WatchedFiles.read(List.of(tls.certificate())).get(0))
                    .get(0);
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidSettingsException(List.of("TLS: " + WatchedFiles.problem(e)));
        }
    }

    /**
     * Its certificate has the name that others call it by, not that of this machine's own address. Extended, since Java
     * checks the host's name itself for the plain kind.
     */
    private static SSLContext trusting(@Nullable X509Certificate expected) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustOnly(expected)}, null);
        return context;
    }

    private static final class TrustOnly extends X509ExtendedTrustManager {
        private final @Nullable X509Certificate expected;

        /** @param expected null: any */
        TrustOnly(@Nullable X509Certificate expected) {
            this.expected = expected;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (expected != null && !expected.equals(chain[0])) {
                throw new CertificateException("it does not show the certificate that tls-cert names");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
