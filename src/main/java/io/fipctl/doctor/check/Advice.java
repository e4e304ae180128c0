package io.fipctl.doctor.check;

import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What to do about a finding.
 *
 * @param kind which of the known commands it is; empty when there is none for it
 * @param command a line for a shell; empty when only people can do it, or a name in it may not be
 *     typed
 * @param remark for people; without a command it is all there is
 * @param otherwise what to do when it was not enough
 */
public record Advice(
    Risk risk,
    Optional<FixKind> kind,
    Optional<String> command,
    String remark,
    Optional<Advice> otherwise) {
  public Advice {
    Objects.requireNonNull(risk);
    if (command.isPresent() && kind.isEmpty()) {
      throw new IllegalArgumentException("no kind of fix has the command " + command.get());
    }
    if (command.isEmpty() && kind.isPresent() && remark.isEmpty()) {
      remark = ShellCommand.NONE.replaceFirst("^# ", "");
    }
  }

  /** What no command can do: a sentence in the imperative says it. */
  static Advice byHand(Risk risk, String sentence, Object... arguments) {
    return new Advice(
        risk, Optional.empty(), Optional.empty(), worded(sentence, arguments), Optional.empty());
  }

  /** Names may be forged: what a shell would take for more than a word stands in quotes. */
  // The annotation that is asked for is a library of its own; each text is printed by a test.
  @SuppressWarnings("AnnotateFormatMethod")
  private static String worded(String text, Object... arguments) {
    return arguments.length == 0
        ? text
        : text.formatted(
            Stream.of(arguments)
                .map(it -> it instanceof Number ? it : ShellCommand.quoted(it.toString()))
                .toArray());
  }

  /** The same with a remark for people. */
  Advice remark(String text, Object... arguments) {
    return new Advice(risk, kind, command, worded(text, arguments), otherwise);
  }

  /** The same, and what to do when it was not enough. */
  Advice otherwise(Advice next) {
    return new Advice(risk, kind, command, remark, Optional.of(next));
  }

  /** The same, with its commands written another way. */
  Advice written(UnaryOperator<String> commands) {
    return new Advice(
        risk,
        kind,
        command.map(commands),
        commands.apply(remark),
        otherwise.map(next -> next.written(commands)));
  }

  /** This, and in turn what to do when it was not enough. */
  public List<Advice> steps() {
    List<Advice> steps = new ArrayList<>(List.of(this));
    otherwise.ifPresent(next -> steps.addAll(next.steps()));
    return List.copyOf(steps);
  }

  /** The command with the remark behind {@code #}, or the sentence. */
  public String text() {
    return command.map(line -> remark.isEmpty() ? line : line + "  # " + remark).orElse(remark);
  }
}
