package io.fipctl;

/** Wires the parts and ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(0);
  }
}
