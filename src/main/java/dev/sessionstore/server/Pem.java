package dev.sessionstore.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys from PEM text (RFC 7468). No message quotes what was read. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern ENCRYPTED =
            Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4, *ENCRYPTED");

    // Of DER, what is needed to wrap a key: tags, and two names of algorithms with their own tag and length.
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xa0;
    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private record Block(String label, byte[] der) {}

    private Pem() {}

    /** The certificates in their order, at least one. */
    static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks(pem)) {
            if (block.label().equals("CERTIFICATE")) {
                try {
                    ByteArrayInputStream der = new ByteArrayInputStream(block.der());
                    certificates.add((X509Certificate) factory.generateCertificate(der));
                } catch (CertificateException e) {
                    throw new GeneralSecurityException(
                            "its certificate " + (certificates.size() + 1) + " is damaged", e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("expected PEM with -----BEGIN CERTIFICATE-----, found none");
        }
        return certificates;
    }

    /** The one private key: PKCS#8, or as OpenSSL and cert-manager also write it, PKCS#1 (RSA) or SEC 1 (EC). */
    static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        if (ENCRYPTED.matcher(text(pem)).find()) {
            throw new GeneralSecurityException("the key is encrypted; expected one without a password,"
                    + " as openssl pkey -in this-file writes it");
        }
        for (Block block : blocks(pem)) {
            switch (block.label()) {
                case "PRIVATE KEY":
                    return pkcs8(block.der());
                case "RSA PRIVATE KEY":
                    return pkcs8(wrap(RSA, block.der()));
                case "EC PRIVATE KEY":
                    return pkcs8(wrap(concat(EC, curve(block.der())), block.der()));
                default: // EC PARAMETERS, or the certificate in the same file
            }
        }
        throw new GeneralSecurityException("expected PEM with -----BEGIN PRIVATE KEY-----, found none");
    }

    private static List<Block> blocks(byte[] pem) throws GeneralSecurityException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text(pem));
        while (matcher.find()) {
            try {
                byte[] der = Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", ""));
                blocks.add(new Block(matcher.group(1), der));
            } catch (IllegalArgumentException e) {
                throw new GeneralSecurityException("its " + matcher.group(1) + " is damaged: not base64", e);
            }
        }
        return blocks;
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.ISO_8859_1);
    }

    /** PKCS#8 names its algorithm, but Java 17 wants to be told: the factory that reads it is the right one. */
    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // the next one
            }
        }
        throw new GeneralSecurityException("the key is damaged, or neither RSA nor EC nor Ed25519");
    }

    /** {@code PrivateKeyInfo ::= SEQUENCE {version 0, SEQUENCE algorithm, OCTET STRING key}} (RFC 5208). */
    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, concat(concat(VERSION_0, der(SEQUENCE, algorithm)), der(OCTETS, key)));
    }

    /** The curve's name in {@code ECPrivateKey ::= SEQUENCE {version 1, OCTET STRING, [0] curve, …}} (RFC 5915). */
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        try {
            int at = contentAt(sec1, 0);
            while (at < sec1.length) {
                int content = contentAt(sec1, at);
                int end = content + length(sec1, at);
                if ((sec1[at] & 0xff) == CURVE) {
                    return Arrays.copyOfRange(sec1, content, end);
                }
                at = end;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new GeneralSecurityException("the key is damaged", e);
        }
        throw new GeneralSecurityException("the key does not name its curve; write it as PKCS#8 by openssl pkcs8");
    }

    private static int contentAt(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        if (length < 0 || length > der.length) {
            throw new ArrayIndexOutOfBoundsException(length);
        }
        return length;
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82); // no key that TLS can use is longer than 65535 bytes
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(byte[] some, byte[] more) {
        byte[] both = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, both, some.length, more.length);
        return both;
    }
}
