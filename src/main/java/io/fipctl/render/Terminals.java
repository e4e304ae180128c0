package io.fipctl.render;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.nativ.CLibrary;
import org.jline.nativ.JLineNativeLoader;

/** What the process's own streams are. */
public final class Terminals {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
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

  /**
   * The stdout of this process. The words of a failed write may be in any language; on a pipe or a
   * connection the only reason is that nobody reads any more.
   */
  public static OutputStream stdout() {
    return new FileOutputStream(FileDescriptor.out) {
      @Override
      public void write(byte[] bytes, int from, int count) throws IOException {
        try {
          super.write(bytes, from, count);
        } catch (IOException e) {
          throw isConnection(STDOUT) ? new Console.ReaderGoneException(e) : e;
        }
      }
    };
  }

  private static boolean isConnection(int descriptor) {
    try {
      String open = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return open.startsWith("pipe:") || open.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
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
