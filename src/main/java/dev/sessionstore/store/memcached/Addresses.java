package dev.sessionstore.store.memcached;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code memcached://host:port,host:port}. */
final class Addresses {
    private static final String SCHEME = "memcached://";
    private static final int PORT = 11211;
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");

    private Addresses() {}

    /**
     * The hosts are not resolved yet.
     *
     * @throws IllegalArgumentException if the URL is not one of memcached
     */
    static List<InetSocketAddress> of(String url) {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("begins with memcached://");
        }
        String hosts = url.substring(SCHEME.length());
        if (hosts.contains("@")) {
            // The text around it may be a password.
            throw new IllegalArgumentException("names hosts and ports alone: no user goes to memcached");
        }
        if (hosts.endsWith("/")) {
            hosts = hosts.substring(0, hosts.length() - 1);
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            addresses.add(address(host));
        }
        if (new HashSet<>(addresses).size() < addresses.size()) {
            throw new IllegalArgumentException("names a server twice");
        }
        return List.copyOf(addresses);
    }

    private static InetSocketAddress address(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no host and port; try memcached://a:11211,b:11211");
        }
        int port = matcher.group(2) == null ? PORT : Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(port + " is no port");
        }
        String host = matcher.group(1);
        boolean bracketed = host.startsWith("[");
        return InetSocketAddress.createUnresolved(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }
}
