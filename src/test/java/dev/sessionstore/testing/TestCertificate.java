package dev.sessionstore.testing;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for localhost with its key, made by the JDK's own keytool. */
public record TestCertificate(X509Certificate certificate, PrivateKey key) {
    private static final String PASSWORD = "changeit";

    /** For every name that a test calls its server by. */
    public static TestCertificate make(Path directory, String options) throws IOException, GeneralSecurityException {
        return make(directory, "dns:localhost,ip:127.0.0.1", options);
    }

    /**
     * @param names such as {@code dns:localhost}
     * @param options such as {@code -keyalg EC -groupname secp256r1}
     */
    public static TestCertificate make(Path directory, String names, String options)
            throws IOException, GeneralSecurityException {
        Path store = Files.createTempFile(directory, "made", ".p12");
        Files.delete(store);
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String arguments = " -genkeypair -alias a -dname CN=localhost -validity 2 -ext SAN=" + names
                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + store + " " + options;
        Process process = new ProcessBuilder((keytool + arguments).split(" "))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            made.load(in, PASSWORD.toCharArray());
        }
        return new TestCertificate(
                (X509Certificate) made.getCertificate("a"), (PrivateKey) made.getKey("a", PASSWORD.toCharArray()));
    }

    /** Trusts this one and no other. */
    public SSLContext trusting() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    public String certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    public String pkcs8Pem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** The key as PKCS#1 has it: what PKCS#8 wraps in its third element. */
    public String pkcs1Pem() {
        return pem(
                "RSA PRIVATE KEY",
                elements(elements(key.getEncoded()).get(0).content()).get(2).content());
    }

    /** The key as OpenSSL writes SEC 1: with its curve, which PKCS#8 names outside. */
    public String sec1Pem() {
        List<Element> pkcs8 = elements(elements(key.getEncoded()).get(0).content());
        byte[] curve = elements(pkcs8.get(1).content()).get(1).whole();
        List<Element> sec1 = elements(elements(pkcs8.get(2).content()).get(0).content());
        byte[] body = concat(concat(sec1.get(0).whole(), sec1.get(1).whole()), tagged(0xa0, curve));
        return pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", tagged(0x30, body));
    }

    private record Element(byte[] whole, byte[] content) {}

    private static List<Element> elements(byte[] der) {
        List<Element> elements = new ArrayList<>();
        for (int at = 0; at < der.length; ) {
            int length = der[at + 1] & 0xff;
            int content = at + 2;
            if (length >= 0x80) {
                int more = length & 0x7f;
                length = new BigInteger(1, Arrays.copyOfRange(der, content, content + more)).intValueExact();
                content += more;
            }
            elements.add(new Element(
                    Arrays.copyOfRange(der, at, content + length), Arrays.copyOfRange(der, content, content + length)));
            at = content + length;
        }
        return elements;
    }

    private static byte[] tagged(int tag, byte[] content) {
        return concat(new byte[] {(byte) tag, (byte) content.length}, content); // short ones only
    }

    private static byte[] concat(byte[] some, byte[] more) {
        byte[] both = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, both, some.length, more.length);
        return both;
    }

    public static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
