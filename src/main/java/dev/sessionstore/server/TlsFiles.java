package dev.sessionstore.server;

import dev.sessionstore.settings.InvalidSettingsException;
import dev.sessionstore.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate from PEM files. A renewed one is in force for the next connection; one that is broken, or
 * whose key does not fit because the other file is still to come, leaves the old one in force.
 */
final class TlsFiles {
    /** For Java's interfaces only: the key store never leaves memory. */
    private static final char[] PASSWORD = "in memory".toCharArray();

    private final List<Path> files = new ArrayList<>();
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final WatchedFiles watched;

    /** What the files make together; no trust: clients need no certificate. */
    private record Stores(KeyStore keys, @Nullable KeyStore trust) {}

    /** @throws InvalidSettingsException if a file is broken or they do not belong together */
    TlsFiles(Settings.Tls tls) {
        files.add(tls.certificate());
        files.add(tls.key());
        Path clientCa = tls.clientCa();
        if (clientCa != null) {
            files.add(clientCa);
            factory.setNeedClientAuth(true);
        }
        factory.setKeyStorePassword(new String(PASSWORD));
        try {
            List<byte[]> contents = WatchedFiles.read(files);
            set(factory, stores(contents));
            watched = new WatchedFiles(files, contents, this::reload);
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidSettingsException(List.of("TLS: " + WatchedFiles.problem(e)));
        }
    }

    /** For Jetty's connector, which starts and stops it. */
    SslContextFactory.Server factory() {
        return factory;
    }

    /** The files, to be looked at from time to time. */
    WatchedFiles watched() {
        return watched;
    }

    /** All is read and checked before the factory is touched, which would serve nobody after a failed reload. */
    private void reload(List<byte[]> contents) throws Exception {
        Stores stores = stores(contents);
        factory.reload(inForce -> set(inForce, stores));
    }

    private static void set(SslContextFactory factory, Stores stores) {
        factory.setKeyStore(stores.keys());
        if (stores.trust() != null) {
            factory.setTrustStore(stores.trust());
        }
    }

    private Stores stores(List<byte[]> contents) throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = read(0, contents, Pem::certificates);
        PrivateKey key = read(1, contents, Pem::privateKey);
        if (!belongTogether(key, chain.get(0))) {
            throw new GeneralSecurityException(files.get(1) + " is not the key of the first certificate in "
                    + files.get(0) + "; expected the server's own certificate first, then those that signed it");
        }
        KeyStore keys = empty();
        keys.setKeyEntry("server", key, PASSWORD, chain.toArray(new X509Certificate[0]));
        if (files.size() < 3) {
            return new Stores(keys, null);
        }
        KeyStore trust = empty();
        for (X509Certificate authority : read(2, contents, Pem::certificates)) {
            trust.setCertificateEntry("ca-" + trust.size(), authority);
        }
        return new Stores(keys, trust);
    }

    private interface Reading<T> {
        T read(byte[] pem) throws GeneralSecurityException;
    }

    private <T> T read(int file, List<byte[]> contents, Reading<T> reading) throws GeneralSecurityException {
        try {
            return reading.read(contents.get(file));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(files.get(file) + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** What the key signs, the certificate must confirm: that works for every kind of key. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        if (!sameKind(key.getAlgorithm(), algorithm)) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> algorithm;
                });
        byte[] sample = certificate.getEncoded();
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(sample);
        return signature.verify(signed);
    }

    /** {@code EdDSA} and {@code Ed25519} name the same. */
    private static boolean sameKind(String key, String certificate) {
        return key.equals(certificate) || key.startsWith("Ed") && certificate.startsWith("Ed");
    }
}
