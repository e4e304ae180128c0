package io.fipctl.node;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the input of a program on a node comes from and its output goes.
 *
 * @param person who types; without one the program has no input and no terminal
 */
public record Streams(Optional<Person> person, OutputStream out, OutputStream err) {
  /** Somebody at a terminal that is in raw mode. */
  public interface Person {
    InputStream in();

    Size size();

    /** Tells of every new size of the terminal. */
    void onResize(Consumer<Size> listener);
  }

  /** The size of a terminal, in characters. */
  public record Size(int columns, int rows) {}
}
