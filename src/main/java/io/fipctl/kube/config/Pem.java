package io.fipctl.kube.config;

import io.fipctl.model.FipctlException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Certificates and private keys from PEM, without a key store to carry them. */
public final class Pem {
  private static final byte[] RSA = {
    0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 0x05, 0
  };
  private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
  private static final byte[] VERSION_0 = {0x02, 1, 0};

  private Pem() {}

  static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param what where it stands, for the complaint
   */
  static String decoded(String base64, String what) {
    try {
      return new String(bytes(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw FipctlException.usage(what + " is no base64").causedBy(e);
    }
  }

  /**
   * The certificates of a PEM text, in its order.
   *
   * @param what whose certificates these are, for the complaint
   */
  public static List<X509Certificate> certificates(String pem, String what) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : blocks(pem, "CERTIFICATE")) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw FipctlException.usage("the " + what + " cannot be read: " + e.getMessage()).causedBy(e);
    }
    if (certificates.isEmpty()) {
      throw FipctlException.usage("the " + what + " holds no certificate in PEM form");
    }
    return certificates;
  }

  /** A key in PKCS#8, or as OpenSSL writes it for RSA (PKCS#1) and elliptic curves (SEC 1). */
  static PrivateKey privateKey(String pem) {
    try {
      Optional<byte[]> rsa = blocks(pem, "RSA PRIVATE KEY").stream().findFirst();
      if (rsa.isPresent()) {
        return key("RSA", wrapped(RSA, rsa.get()));
      }
      Optional<byte[]> ec = blocks(pem, "EC PRIVATE KEY").stream().findFirst();
      if (ec.isPresent()) {
        return key("EC", wrapped(join(EC, curve(ec.get())), ec.get()));
      }
      for (byte[] pkcs8 : blocks(pem, "PRIVATE KEY")) {
        return key(algorithm(pkcs8), pkcs8);
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw FipctlException.usage("the client key cannot be read: " + e.getMessage()).causedBy(e);
    }
    throw FipctlException.usage(
        pem.contains("ENCRYPTED")
            ? "the client key is encrypted, which kubectl does not support either"
            : "the client key is in no form that is known (PKCS#8, PKCS#1, SEC 1)");
  }

  private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static List<byte[]> blocks(String pem, String label) {
    List<byte[]> blocks = new ArrayList<>();
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    for (int at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
      int close = pem.indexOf(end, at);
      if (close < 0) {
        throw new IllegalArgumentException(label + " has no end");
      }
      blocks.add(bytes(pem.substring(at + begin.length(), close)));
    }
    return blocks;
  }

  private static byte[] bytes(String base64) {
    // The JDK's lenient decoder would skip over anything that is no base64.
    String joined = base64.replace("\n", "").replace("\r", "").replace(" ", "");
    return Base64.getDecoder().decode(joined);
  }

  /** PKCS#8 is version, algorithm and the key's own form, in a sequence (RFC 5208). */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(0x30, join(VERSION_0, der(0x30, algorithm), der(0x04, key)));
  }

  /** The curve's object identifier: the {@code [0]} of an ECPrivateKey (RFC 5915). */
  private static byte[] curve(byte[] ecPrivateKey) {
    int at = content(ecPrivateKey, 0);
    while (at < ecPrivateKey.length) {
      int start = content(ecPrivateKey, at);
      int next = start + length(ecPrivateKey, at);
      if ((ecPrivateKey[at] & 0xff) == 0xa0) {
        return Arrays.copyOfRange(ecPrivateKey, start, next);
      }
      at = next;
    }
    throw new IllegalArgumentException("the elliptic curve is not named");
  }

  private static String algorithm(byte[] pkcs8) {
    int version = content(pkcs8, 0);
    int identifier = content(pkcs8, version + 3);
    if (startsWith(pkcs8, identifier, RSA)) {
      return "RSA";
    }
    return startsWith(pkcs8, identifier, EC) ? "EC" : "EdDSA";
  }

  private static boolean startsWith(byte[] all, int at, byte[] part) {
    return Arrays.equals(all, at, Math.min(all.length, at + part.length), part, 0, part.length);
  }

  /** Where the content of the element at an offset begins. */
  private static int content(byte[] der, int at) {
    int first = byteAt(der, at + 1);
    return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = byteAt(der, at + 1);
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | byteAt(der, at + 2 + i);
    }
    return length;
  }

  private static int byteAt(byte[] der, int at) {
    if (at >= der.length) {
      throw new IllegalArgumentException("it ends too early");
    }
    return der[at] & 0xff;
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
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
