package io.fipctl.nodeoutput;

import io.fipctl.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of TCP connections that a node tried: a line {@code ADDRESS PORT STATUS WORDS} each.
 */
public record TcpConnects(List<Connect> connects, List<ParseProblem> faults) implements Parsed {
  /** The status of {@code timeout} for what did not end in time. */
  private static final int TIMED_OUT = 124;

  public TcpConnects {
    connects = List.copyOf(connects);
    faults = List.copyOf(faults);
  }

  /** How it ended. */
  public enum Result {
    CONNECTED,
    /** Somebody said no: nobody listens on the port, or a rule rejects it. */
    REFUSED,
    /** Nobody said anything. */
    TIMED_OUT,
    /** It could not be tried, or somebody on the way said that it does not go there. */
    FAILED
  }

  /**
   * One of them.
   *
   * @param said the tool's words; empty when it connected or nobody said anything
   */
  public record Connect(IpAddress address, int port, Result result, String said) {
    /** Whether somebody answered. */
    public boolean isReached() {
      return result == Result.CONNECTED || result == Result.REFUSED;
    }
  }

  public static TcpConnects parse(String text) {
    List<Connect> connects = new ArrayList<>();
    List<ParseProblem> faults = new ArrayList<>();
    for (NumberedLines.Line line : new NumberedLines(text)) {
      if (!line.text().isBlank()) {
        connect(line.text())
            .filter(connect -> line.whole())
            .ifPresentOrElse(connects::add, () -> faults.add(line.fault("not a connection")));
      }
    }
    return new TcpConnects(connects, faults);
  }

  /** What came of the connection to an address; of several the last. */
  public Optional<Connect> to(IpAddress address) {
    return connects.stream()
        .filter(connect -> connect.address().equals(address))
        .reduce((first, second) -> second);
  }

  private static Optional<Connect> connect(String line) {
    String[] words = line.split(" ", 4);
    if (words.length < 3) {
      return Optional.empty();
    }
    String said = words.length > 3 ? words[3].strip() : "";
    return IpAddress.tryParse(words[0])
        .flatMap(
            address ->
                number(words[1])
                    .flatMap(
                        port ->
                            number(words[2])
                                .map(
                                    status ->
                                        new Connect(address, port, result(status, said), said))));
  }

  private static Result result(int status, String said) {
    if (status == 0) {
      return Result.CONNECTED;
    }
    if (status == TIMED_OUT) {
      return Result.TIMED_OUT;
    }
    return said.equalsIgnoreCase("Connection refused") ? Result.REFUSED : Result.FAILED;
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
