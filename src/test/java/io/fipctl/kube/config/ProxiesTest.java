package io.fipctl.kube.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.kube.config.Target.Impersonation;
import io.fipctl.kube.config.Target.Login;
import io.fipctl.kube.config.Target.Trust;
import io.fipctl.model.FipctlException;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://api.example:6443 |                          | true
          https://api.example:6443 | other.example            | true
          https://api.example:6443 | api.example              | false
          https://api.example:6443 | example                  | false
          https://api.example:6443 | .example                 | false
          https://api.example:6443 | *.example                | false
          https://api.example:6443 | ple                      | true
          https://api.example:6443 | x, api.example:6443      | false
          https://api.example:6443 | api.example:443          | true
          https://api.example:6443 | *                        | false
          https://10.1.2.3:6443    | 10.0.0.0/8               | false
          https://10.1.2.3:6443    | 192.168.0.0/16,10.1.2.3  | false
          https://10.1.2.3:6443    | 192.168.0.0/16           | true
          https://[fd00::1]:6443   | fd00::/8                 | false
          https://127.0.0.1:6443   |                          | false
          https://localhost:6443   |                          | false
          http://api.example       |                          | false
          """)
  void the_environment_names_a_proxy_and_its_exceptions(
      String server, String exceptions, boolean proxied) {
    Map<String, String> environment =
        Map.of("https_proxy", "proxy:3128", "NO_PROXY", exceptions == null ? "" : exceptions);

    Proxy proxy = Proxies.to(target(server, Optional.empty()), environment).proxy();

    assertThat(proxy.type()).isEqualTo(proxied ? Proxy.Type.HTTP : Proxy.Type.DIRECT);
  }

  @Test
  void the_kubeconfigs_own_proxy_beats_the_environment() {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://proxy", "NO_PROXY", "*");

    Proxies proxies =
        Proxies.to(target("https://a", Optional.of("http://bo:pw@own:8080")), environment);

    assertThat(proxies.proxy().address()).hasToString("own/<unresolved>:8080");
    assertThat(proxies.authorization()).contains("Basic Ym86cHc=");
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://own, SOCKS, own/<unresolved>:1080",
    "http://own, HTTP, own/<unresolved>:80",
    "own:3128, HTTP, own/<unresolved>:3128"
  })
  void knows_kinds_of_proxies(String url, Proxy.Type type, String address) {
    Proxy proxy = Proxies.to(target("https://a", Optional.of(url)), Map.of()).proxy();

    assertThat(proxy.type()).isEqualTo(type);
    assertThat(proxy.address()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://own",
        "https://own",
        "http://",
        "socks5://bo:s3cret@own",
        "http://a b",
        "http://bo:s3cret@a b",
        "ftp://bo:s3cret@own",
        "http://bo:s3cret@",
        "bo:s3cret@:80"
      })
  void refuses_a_proxy_it_cannot_use(String url) {
    assertThatThrownBy(() -> Proxies.to(target("https://a", Optional.of(url)), Map.of()))
        .isInstanceOf(FipctlException.class)
        .hasMessageContaining("proxy-url")
        .satisfies(
            refused -> assertThat(refused + " " + refused.getCause()).doesNotContain("s3cret"));
  }

  private static Target target(String server, Optional<String> proxy) {
    return new Target(
        "a",
        URI.create(server),
        "default",
        "",
        new Trust(false, Optional.empty(), Optional.empty()),
        proxy,
        new Login.Nobody(),
        new Impersonation(Optional.empty(), List.of(), Optional.empty(), Map.of()));
  }
}
