package io.fipctl.cli.diagnose;

import io.fipctl.model.FipctlException;
import io.fipctl.node.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The terminal of this process, handed to a program elsewhere: every key goes there, Ctrl-C too,
 * until it is closed.
 */
final class RawTerminal implements Streams.Person, AutoCloseable {
  private final Terminal terminal;
  private final Attributes before;

  private RawTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.enterRawMode();
    Attributes raw = terminal.getAttributes();
    raw.setLocalFlag(LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
  }

  /**
   * @throws FipctlException exit 2 when this process has no terminal
   */
  static RawTerminal open() {
    try {
      return new RawTerminal(TerminalBuilder.builder().system(true).dumb(false).build());
    } catch (IOException | IllegalStateException e) {
      throw FipctlException.usage(
              "the terminal cannot be used: " + e.getMessage(), "give a command behind --")
          .causedBy(e);
    }
  }

  @Override
  public InputStream in() {
    return terminal.input();
  }

  @Override
  public Streams.Size size() {
    return new Streams.Size(terminal.getWidth(), terminal.getHeight());
  }

  @Override
  public void onResize(Consumer<Streams.Size> listener) {
    terminal.handle(Terminal.Signal.WINCH, signal -> listener.accept(size()));
  }

  @Override
  public void close() {
    terminal.setAttributes(before);
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
