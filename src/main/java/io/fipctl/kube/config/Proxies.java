package io.fipctl.kube.config;

import io.fipctl.model.Cidr;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;

/**
 * Which proxy leads to the server: the kubeconfig's {@code proxy-url}, else the environment's, by
 * the rules of Go's net/http (golang.org/x/net/http/httpproxy), which kubectl follows.
 *
 * @param authorization the header for the proxy itself
 */
public record Proxies(Proxy proxy, Optional<String> authorization) {
  private static final Proxies NONE = new Proxies(Proxy.NO_PROXY, Optional.empty());

  public static Proxies to(Target target, Map<String, String> environment) {
    if (target.proxy().isPresent()) {
      return through(target.proxy().get(), "proxy-url");
    }
    String variable = target.server().getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
    Optional<String> proxy = variable(environment, variable);
    if (proxy.isEmpty() || isExcepted(target.server(), variable(environment, "NO_PROXY"))) {
      return NONE;
    }
    return through(proxy.get(), variable);
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Kubeconfig.filled(Optional.ofNullable(environment.get(name)))
        .or(
            () ->
                Kubeconfig.filled(
                    Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT)))));
  }

  private static Proxies through(String proxy, String source) {
    URI uri;
    try {
      uri = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (URISyntaxException e) {
      // The cause is left out: it quotes the address, and that may hold a password.
      throw FipctlException.usage(source + " is not a proxy address: " + Urls.shown(proxy));
    }
    Proxy.Type type =
        switch (String.valueOf(uri.getScheme())) {
          case "http" -> Proxy.Type.HTTP;
          case "socks5", "socks5h" -> Proxy.Type.SOCKS;
          default ->
              throw FipctlException.usage(
                  source + " names a kind of proxy that is not supported: " + Urls.shown(proxy),
                  "http and socks5 proxies are");
        };
    if (uri.getHost() == null) {
      throw FipctlException.usage(source + " is not a proxy address: " + Urls.shown(proxy));
    }
    if (type == Proxy.Type.SOCKS && uri.getUserInfo() != null) {
      throw FipctlException.usage(source + " has a password, which is not supported for socks5");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : type == Proxy.Type.HTTP ? 80 : 1080;
    return new Proxies(
        new Proxy(type, InetSocketAddress.createUnresolved(uri.getHost(), port)),
        Optional.ofNullable(uri.getUserInfo()).map(Proxies::basic));
  }

  private static String basic(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? Credentials.basic(userInfo, "")
        : Credentials.basic(userInfo.substring(0, colon), userInfo.substring(colon + 1));
  }

  private static boolean isExcepted(URI server, Optional<String> exceptions) {
    String host = server.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    Optional<IpAddress> address = IpAddress.tryParse(host);
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return true;
    }
    for (String entry : exceptions.orElse("").toLowerCase(Locale.ROOT).split(",", -1)) {
      if (matches(entry.strip(), host, server.getPort(), address)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String entry, String host, int port, Optional<IpAddress> address) {
    if (entry.isEmpty()) {
      return false;
    }
    if (entry.equals("*")) {
      return true;
    }
    Optional<Cidr> cidr = entry.contains("/") ? Cidr.tryParse(entry) : Optional.empty();
    if (cidr.isPresent()) {
      return address.map(cidr.get()::contains).orElse(false);
    }
    Optional<IpAddress> single = IpAddress.tryParse(entry);
    if (single.isPresent()) {
      return address.equals(single);
    }
    String name = entry;
    int colon = entry.lastIndexOf(':');
    if (colon >= 0) {
      if (!entry.substring(colon + 1).equals(String.valueOf(port))) {
        return false;
      }
      name = entry.substring(0, colon);
    }
    name = name.startsWith("*.") ? name.substring(1) : name;
    return name.startsWith(".")
        ? host.endsWith(name)
        : host.equals(name) || host.endsWith("." + name);
  }
}
