package io.fipctl.kube.client;

import io.fipctl.kube.config.Credentials.Identity;
import io.fipctl.kube.config.Pem;
import io.fipctl.kube.config.Target.Trust;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.internal.tls.OkHostnameVerifier;

/**
 * TLS as the kubeconfig wants it: its authority only is believed, not the system's beside it, and
 * the client's key never passes through a key store, whose password hashing costs 80 ms.
 */
final class Tls {
  private Tls() {}

  static void configure(
      OkHttpClient.Builder client, Trust trust, Supplier<Optional<Identity>> identity) {
    try {
      X509TrustManager believed = trustManager(trust);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new ClientKey(identity)}, new TrustManager[] {believed}, null);
      SSLSocketFactory sockets = context.getSocketFactory();
      trust
          .serverName()
          .ifPresentOrElse(
              name -> {
                client.sslSocketFactory(new NamedSockets(sockets, name), believed);
                client.hostnameVerifier(
                    (host, session) -> OkHostnameVerifier.INSTANCE.verify(name, session));
              },
              () -> client.sslSocketFactory(sockets, believed));
      if (trust.nobodyChecked()) {
        client.hostnameVerifier((host, session) -> true);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  private static X509TrustManager trustManager(Trust trust) throws GeneralSecurityException {
    if (trust.nobodyChecked()) {
      return new Everybody();
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    if (trust.authority().isPresent()) {
      Set<TrustAnchor> anchors = new HashSet<>();
      for (X509Certificate authority :
          Pem.certificates(trust.authority().get(), "certificate authority")) {
        anchors.add(new TrustAnchor(authority, null));
      }
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      factory.init(new CertPathTrustManagerParameters(parameters));
    } else {
      factory.init((KeyStore) null);
    }
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager believed) {
        return believed;
      }
    }
    throw new GeneralSecurityException("no trust manager for certificates");
  }

  /** Offers the identity there is at the time of the handshake, whatever the server asks for. */
  private static final class ClientKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";
    private final Supplier<Optional<Identity>> identity;

    ClientKey(Supplier<Optional<Identity>> identity) {
      this.identity = identity;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return offered(keyTypes);
    }

    @Override
    public String chooseEngineClientAlias(
        String[] keyTypes, Principal[] issuers, SSLEngine engine) {
      return offered(keyTypes);
    }

    private String offered(String... keyTypes) {
      Optional<Identity> offered = identity.get();
      if (offered.isPresent()) {
        String algorithm = offered.get().key().getAlgorithm();
        for (String type : keyTypes) {
          // The types are named by algorithm, or by algorithm and signer: EC, EC_RSA.
          if (type.equals(algorithm) || type.startsWith(algorithm + "_")) {
            return ALIAS;
          }
        }
      }
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return identity.get().map(who -> who.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.get().map(Identity::key).orElse(null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }
  }

  /** For {@code insecure-skip-tls-verify}, which the user has asked for by that name. */
  private static final class Everybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
