package dev.sessionstore.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The address to listen on. Names are not looked up here: what a name means may change, a loopback address may not. */
final class HostText {
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?";

    private HostText() {}

    /** An IPv6 address may come in brackets; it is answered without. */
    static String read(String text) throws NotAValueException {
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean fits = host.indexOf(':') >= 0 ? isAddress(host) : host.matches(NAME) && !isBadIpv4(host);
        if (!fits) {
            throw new NotAValueException("\"" + text + "\" is not an address; try 127.0.0.1 or 0.0.0.0");
        }
        return host;
    }

    private static boolean isBadIpv4(String host) {
        return host.matches("[0-9.]+") && (!host.matches("\\d{1,3}(\\.\\d{1,3}){3}") || !isAddress(host));
    }

    /** Only called with what can be no name, so that nothing is looked up. */
    private static boolean isAddress(String literal) {
        try {
            InetAddress.getByName(literal);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        boolean literal = host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
