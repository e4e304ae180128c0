package io.fipctl.lease;

import java.util.function.DoubleSupplier;

/**
 * Who a lock belongs to: one run, and no other with the same user, host and process number, as two
 * containers have that are made from one image.
 *
 * @param identity {@code user@host:pid/nonce}, with the address of the CI job where one is known
 * @param nonce eight hexadecimal digits that no other run has
 */
record LockHolder(String identity, String nonce) {
  static LockHolder of(Actor author, DoubleSupplier chance) {
    String nonce = "%08x".formatted((long) (chance.getAsDouble() * (1L << 32)));
    String[] words = author.who().split(" ", 2);
    return new LockHolder(words[0] + "/" + nonce + (words.length > 1 ? " " + words[1] : ""), nonce);
  }
}
