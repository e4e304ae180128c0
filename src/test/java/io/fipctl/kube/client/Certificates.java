package io.fipctl.kube.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A throw-away self-signed certificate with its key, made by the running JDK's keytool.
 *
 * @param pem the certificate
 */
record Certificates(Path store, Path pem) {
  private static final char[] PASSWORD = "throw-away".toCharArray();

  static Certificates make(Path directory, String name, String names) throws IOException {
    return make(directory, name, names, "-keyalg", "EC");
  }

  static Certificates make(Path directory, String name, String names, String... key)
      throws IOException {
    Path store = directory.resolve(name + ".p12");
    Path pem = directory.resolve(name + ".crt");
    List<String> generate =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", "it", "-dname", "CN=" + name, "-ext", "san=" + names));
    generate.addAll(List.of(key));
    keytool(store, generate);
    keytool(store, List.of("-exportcert", "-rfc", "-alias", "it", "-file", pem.toString()));
    return new Certificates(store, pem);
  }

  private static void keytool(Path store, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-J-XX:TieredStopAtLevel=1"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  /** A kubeconfig's user that logs in with this certificate. */
  String login() throws IOException, GeneralSecurityException {
    Base64.Encoder base64 = Base64.getEncoder();
    String key =
        "-----BEGIN PRIVATE KEY-----\n"
            + base64.encodeToString(keys().getKey("it", PASSWORD).getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return "{client-certificate: "
        + pem.getFileName()
        + ", client-key-data: "
        + base64.encodeToString(key.getBytes(StandardCharsets.UTF_8))
        + "}";
  }

  /** TLS of a server that shows this certificate, and believes clients that show it. */
  SSLContext server() throws IOException, GeneralSecurityException {
    KeyStore keys = keys();
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory clients = TrustManagerFactory.getInstance("PKIX");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("it", keys.getCertificate("it"));
    clients.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), clients.getTrustManagers(), null);
    return context;
  }
}
