package io.fipctl.launch;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * An authority, a server's and a client's key as {@code kubeadm} would make them, for one training
 * run and a day.
 */
final class TrainingKeys {
  /** Protects keys that are worth nothing, in a directory that is the user's own. */
  private static final char[] PASSWORD = "training".toCharArray();

  private final KeyStore store;

  private TrainingKeys(KeyStore store) {
    this.store = store;
  }

  /** With the JDK's own {@code keytool}: no public class of the JDK makes certificates. */
  static TrainingKeys make(Path directory)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = directory.resolve("keys.p12");
    generate(file, "authority", "-ext", "bc:c");
    generate(file, "server", "-signer", "authority", "-ext", "san=ip:127.0.0.1");
    generate(file, "client", "-signer", "authority");
    return new TrainingKeys(KeyStore.getInstance(file.toFile(), PASSWORD));
  }

  private static void generate(Path file, String alias, String... more)
      throws IOException, InterruptedException {
    String password = new String(PASSWORD);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-validity", "1"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", file.toString()));
    command.addAll(List.of("-storepass", password, "-alias", alias, "-dname", "CN=" + alias));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool made no key for the " + alias);
    }
  }

  /** The server's key alone, so that nothing has to choose. */
  KeyManager[] server() throws GeneralSecurityException {
    KeyStore server = KeyStore.getInstance("PKCS12");
    try {
      server.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("nothing was read", e);
    }
    server.setKeyEntry(
        "server", store.getKey("server", PASSWORD), PASSWORD, store.getCertificateChain("server"));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(server, PASSWORD);
    return factory.getKeyManagers();
  }

  /** A certificate alone, in PEM. */
  String certificate(String alias) throws GeneralSecurityException {
    return pem("CERTIFICATE", store.getCertificate(alias).getEncoded());
  }

  /** A private key, in PEM. */
  String key(String alias) throws GeneralSecurityException {
    return pem("PRIVATE KEY", store.getKey(alias, PASSWORD).getEncoded());
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
