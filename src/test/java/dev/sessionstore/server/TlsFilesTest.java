package dev.sessionstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionstore.settings.Settings;
import dev.sessionstore.testing.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
    @TempDir
    static Path made;

    private static TestCertificate rsa;
    private static TestCertificate ec;

    @TempDir
    Path directory;

    private final Server server = new Server();
    private ServerConnector connector;

    @BeforeAll
    static void makeCertificates() throws IOException, GeneralSecurityException {
        rsa = TestCertificate.make(made, "-keyalg RSA -keysize 2048");
        ec = TestCertificate.make(made, "-keyalg EC -groupname secp256r1");
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Settings.Tls write(String certificate, String key) throws IOException {
        return new Settings.Tls(
                Files.writeString(directory.resolve("tls.crt"), certificate),
                Files.writeString(directory.resolve("tls.key"), key),
                null);
    }

    private TlsFiles serve(Settings.Tls tls) throws Exception {
        TlsFiles files = new TlsFiles(tls);
        connector = new ServerConnector(server, files.factory());
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.setStatus(200);
                Content.Sink.write(response, true, "up", callback);
                return true;
            }
        });
        server.start();
        return files;
    }

    private X509Certificate presented() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", connector.getLocalPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void everyFormOfKeyThatToolsWriteIsRead() throws Exception {
        assertThat(Pem.privateKey(bytes(rsa.pkcs8Pem()))).isEqualTo(rsa.key());
        assertThat(Pem.privateKey(bytes(rsa.pkcs1Pem()))).isEqualTo(rsa.key());
        assertThat(Pem.privateKey(bytes(ec.pkcs8Pem()))).isEqualTo(ec.key());
        // Their encodings differ in the public key, which SEC 1 may repeat.
        assertThat(((ECPrivateKey) Pem.privateKey(bytes(ec.sec1Pem()))).getS())
                .isEqualTo(((ECPrivateKey) ec.key()).getS());
        TestCertificate edwards = TestCertificate.make(made, "-keyalg Ed25519");
        assertThat(new TlsFiles(write(edwards.certificatePem(), edwards.pkcs8Pem())))
                .isNotNull();
    }

    @Test
    void aRenewedCertificateIsPresentedWithoutARestart() throws Exception {
        TlsFiles files = serve(write(rsa.certificatePem(), rsa.pkcs1Pem()));
        assertThat(presented()).isEqualTo(rsa.certificate());

        write(ec.certificatePem(), ec.sec1Pem());
        files.watched().check();
        assertThat(presented()).isEqualTo(ec.certificate());
    }

    @Test
    void aHalfRenewedPairKeepsTheOldUntilItIsWhole() throws Exception {
        TlsFiles files = serve(write(rsa.certificatePem(), rsa.pkcs8Pem()));

        write(ec.certificatePem(), rsa.pkcs8Pem());
        files.watched().check();
        assertThat(presented()).isEqualTo(rsa.certificate());

        write(ec.certificatePem(), ec.pkcs8Pem());
        files.watched().check();
        assertThat(presented()).isEqualTo(ec.certificate());
    }

    @Test
    void faultsNameTheFileAndWhatWasExpected() throws Exception {
        assertThatThrownBy(() -> new TlsFiles(write("nothing", rsa.pkcs8Pem())))
                .hasMessageContaining("tls.crt: expected PEM with -----BEGIN CERTIFICATE-----");
        assertThatThrownBy(() -> new TlsFiles(write(rsa.certificatePem(), rsa.certificatePem())))
                .hasMessageContaining("tls.key: expected PEM with -----BEGIN PRIVATE KEY-----");
        String encrypted = TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[9]);
        assertThatThrownBy(() -> new TlsFiles(write(rsa.certificatePem(), encrypted)))
                .hasMessageContaining("tls.key: the key is encrypted");
        String damaged = TestCertificate.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1});
        assertThatThrownBy(() -> new TlsFiles(write(rsa.certificatePem(), damaged)))
                .hasMessageContaining("tls.key: the key");
        TestCertificate other = TestCertificate.make(made, "-keyalg RSA -keysize 2048");
        assertThatThrownBy(() -> new TlsFiles(write(rsa.certificatePem(), other.pkcs8Pem())))
                .hasMessageContaining("is not the key of the first certificate");
    }

    @Test
    void healthTrustsTheServerOfThisMachineWhateverItsCertificate() throws Exception {
        serve(write(rsa.certificatePem(), rsa.pkcs8Pem()));

        assertThat(health(null)).isEqualTo(Main.EXIT_OK);
    }

    @Test
    void aClientWithoutACertificateIsRefusedWhichHealthTakesForLife() throws Exception {
        Settings.Tls tls = write(rsa.certificatePem(), rsa.pkcs8Pem());
        Path ca = Files.writeString(directory.resolve("ca.crt"), ec.certificatePem());
        serve(new Settings.Tls(tls.certificate(), tls.key(), ca));

        assertThat(health(null)).isEqualTo(Main.EXIT_FAILED);
        assertThat(health(ca)).isEqualTo(Main.EXIT_OK);
    }

    private int health(Path clientCa) {
        Map<String, String> values = new HashMap<>(Map.of(
                "port", String.valueOf(connector.getLocalPort()),
                "tls-cert", directory.resolve("tls.crt").toString(),
                "tls-key", directory.resolve("tls.key").toString()));
        if (clientCa != null) {
            values.put("tls-client-ca", clientCa.toString());
        }
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return Health.run(Settings.of(values, null), nowhere, nowhere);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class TrustAll implements X509TrustManager {
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
