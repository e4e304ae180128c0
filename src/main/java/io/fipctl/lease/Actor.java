package io.fipctl.lease;

/**
 * Who changes things, for locks and history.
 *
 * @param who {@code user@host:pid}, with the address of the CI job where one is known
 * @param version of fipctl
 */
public record Actor(String who, String version) {

  /**
   * Whether a text names the same user on the same host. Whoever may write Leases may have written
   * it: it spares a question, and allows nothing.
   */
  public boolean isNamedBy(String text) {
    return !person(who).isEmpty() && person(who).equals(person(text));
  }

  private static String person(String text) {
    return text.split(" ", 2)[0].replaceFirst(":[0-9]+(/[0-9a-f]+)?$", "");
  }
}
