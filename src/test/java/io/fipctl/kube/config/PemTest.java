package io.fipctl.kube.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.model.FipctlException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "Ed25519, 255"})
  void reads_a_key_in_pkcs8(String algorithm, int size) throws GeneralSecurityException {
    PrivateKey key = key(algorithm, size);

    assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
  }

  @Test
  void reads_an_RSA_key_as_kubeadm_writes_it() throws GeneralSecurityException {
    PrivateKey key = key("RSA", 2048);
    // PKCS#8 of this size: 22 bytes of version and algorithm, then 4 bytes that open the inner key.
    byte[] pkcs1 = Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);

    assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
  }

  /** Made by {@code openssl ecparam -genkey -name prime256v1}; it opens nothing. */
  @Test
  void reads_an_elliptic_curve_key_as_openssl_and_k3s_write_it() {
    String sec1 =
        """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEILRdCe7VM+gbZV2SF/g7OV1mESUSZ9+e+rzgZ3qyCmAgoAoGCCqGSM49
        AwEHoUQDQgAEpYkjl5S0CoBCqRRj3X+TMrtVndV9Ov0hw+X7dmhcZ2pGdQvfZZ1p
        2FnhQcL+0M/Br3Met5Wx7N7exkJeuTqCxg==
        -----END EC PRIVATE KEY-----
        """;

    assertThat(Pem.privateKey(sec1).getAlgorithm()).isEqualTo("EC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----"
      })
  void refuses_what_is_no_key(String pem) {
    assertThatThrownBy(() -> Pem.privateKey(pem))
        .isInstanceOf(FipctlException.class)
        .hasMessageContaining("client key");
  }

  private static PrivateKey key(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair().getPrivate();
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
