package io.fipctl.fuzz;

import io.fipctl.nodeoutput.Parser;
import java.nio.charset.StandardCharsets;

/** What Jazzer calls with every input it makes up. */
public final class FuzzTarget {
  /** How many inputs are tried between two that are made long. */
  private static final int BETWEEN_LONG_ONES = 2000;

  private static Parser parser;
  private static int tried;

  private FuzzTarget() {}

  /** Called once, with the arguments of {@code --target_args}: the name of the parser. */
  public static void fuzzerInitialize(String[] arguments) {
    parser = Parser.valueOf(arguments[0]);
  }

  /** Called with each input; what it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    parser.check(text);
    if (++tried % BETWEEN_LONG_ONES == 0) {
      parser.checkPumped(text, tried / BETWEEN_LONG_ONES * 7919);
    }
  }
}
