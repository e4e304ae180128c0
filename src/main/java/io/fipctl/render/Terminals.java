package io.fipctl.render;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jline.nativ.CLibrary;
import org.jline.nativ.JLineNativeLoader;

/** What the process's own streams are. */
public final class Terminals {
  private static final int STDIN = 0;
  private static final int STDERR = 2;

  private Terminals() {}

  /** The terminal of this process; nothing native is loaded before somebody asks. */
  public static Console.Terminal ofProcess() {
    return new Console.Terminal(
        () -> isTerminal(STDERR),
        () -> isTerminal(STDIN) && isTerminal(STDERR),
        () -> {
          String line =
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                  .readLine();
          return line == null ? "" : line;
        });
  }

  private static boolean isTerminal(int descriptor) {
    try {
      return JLineNativeLoader.initialize() && CLibrary.isatty(descriptor) == 1;
    } catch (Exception | LinkageError e) {
      // No native library for this platform: nobody can be asked and nothing is coloured.
      return false;
    }
  }
}
