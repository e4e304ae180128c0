package io.fipctl.lab.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names and hashes that follow from a text. */
public final class Digest {
  /** What generated names are made of: no vowels, nothing that looks like another. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private Digest() {}

  public static byte[] of(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hex(String algorithm, String text, int length) {
    byte[] bytes = of(algorithm, text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(bytes).substring(0, length);
  }

  static String letters(String text, int length) {
    byte[] bytes = of("SHA-256", text.getBytes(StandardCharsets.UTF_8));
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < length; i++) {
      letters.append(LETTERS.charAt((bytes[i] & 255) % LETTERS.length()));
    }
    return letters.toString();
  }
}
