package io.fipctl.kube.config;

import io.fipctl.kube.config.Target.Login;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What is shown to the server to prove who asks: worked out when the first request needs it, and
 * again when it has expired or was refused.
 */
public final class Credentials {
  /**
   * What a request carries to prove who asks.
   *
   * @param authorization the value of the header
   */
  public record Proof(
      Optional<String> authorization, Optional<Identity> identity, Optional<Instant> expires) {}

  /** A client certificate with its chain, and its key. */
  public record Identity(List<X509Certificate> chain, PrivateKey key) {}

  private final Login login;
  private final CredentialPlugin plugin;
  private final Clock clock;
  private Optional<Proof> known = Optional.empty();

  public Credentials(Login login, CredentialPlugin plugin, Clock clock) {
    this.login = login;
    this.plugin = plugin;
    this.clock = clock;
  }

  public synchronized Proof current() {
    Optional<Proof> fresh =
        known.filter(
            proof -> proof.expires().map(end -> clock.instant().isBefore(end)).orElse(true));
    Proof proof = fresh.orElseGet(() -> proof(login));
    known = Optional.of(proof);
    return proof;
  }

  /**
   * Forgets credentials that the server has refused, so that the next request gets new ones.
   *
   * @return false when there are no others to be had
   */
  public synchronized boolean renew(Proof refused) {
    if (!isRenewable(login)) {
      return false;
    }
    if (known.equals(Optional.of(refused))) {
      known = Optional.empty();
    }
    return true;
  }

  private static boolean isRenewable(Login login) {
    return switch (login) {
      case Login.Plugin program -> true;
      case Login.TokenFile file -> true;
      case Login.Both both -> isRenewable(both.other());
      case Login.Nobody nobody -> false;
      case Login.Token token -> false;
      case Login.Password password -> false;
      case Login.Certificate certificate -> false;
    };
  }

  private Proof proof(Login login) {
    return switch (login) {
      case Login.Nobody nobody -> new Proof(Optional.empty(), Optional.empty(), Optional.empty());
      case Login.Token token -> bearer(token.token());
      case Login.TokenFile file ->
          new Proof(
              bearer(token(file.file())).authorization(),
              Optional.empty(),
              // The kubelet replaces a service account's token in its file; client-go looks once a
              // minute.
              Optional.of(clock.instant().plusSeconds(60)));
      case Login.Password password ->
          new Proof(
              Optional.of("Basic " + base64(password.user() + ":" + password.password())),
              Optional.empty(),
              Optional.empty());
      case Login.Certificate certificate ->
          new Proof(
              Optional.empty(),
              Optional.of(identity(certificate.certificate(), certificate.key())),
              Optional.empty());
      case Login.Both both -> {
        Proof other = proof(both.other());
        yield new Proof(
            other.authorization(),
            other.identity().or(() -> proof(both.certificate()).identity()),
            other.expires());
      }
      case Login.Plugin program -> plugin.run(program);
    };
  }

  static Proof bearer(String token) {
    return new Proof(Optional.of("Bearer " + token), Optional.empty(), Optional.empty());
  }

  static Identity identity(String certificate, String key) {
    return new Identity(Pem.certificates(certificate, "client certificate"), Pem.privateKey(key));
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw FipctlException.forbidden("NoCredentials", "the token file " + file + " cannot be read")
          .causedBy(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
