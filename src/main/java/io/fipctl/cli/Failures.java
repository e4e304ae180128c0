package io.fipctl.cli;

import io.fipctl.cli.session.Session;
import io.fipctl.cli.tools.CompleteCommand;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.render.Format;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns every failure into an answer and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Session session;
  private final Defaults defaults;

  Failures(Session session, Defaults defaults) {
    this.session = session;
    this.defaults = defaults;
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    if (List.of(arguments).contains(CompleteCommand.NAME)) {
      // Whoever is typing must not be interrupted.
      return ExitCode.OK.number();
    }
    if (exception.getCause() instanceof FipctlException failure) {
      return report(failure, format(arguments));
    }
    String command = exception.getCommandLine().getCommandSpec().qualifiedName();
    String message = message(exception);
    Optional<String> place = defaults.placeOf(exception);
    if (place.isPresent()) {
      return report(
          FipctlException.usage(
              "%s: %s".formatted(place.get(), message), "correct it, or take it away"),
          format(arguments));
    }
    FipctlException failure =
        suggestion(exception)
            .map(
                word ->
                    FipctlException.usage(message, "did you mean '" + word + "'?", help(command)))
            .orElseGet(() -> FipctlException.usage(message, help(command)));
    return report(failure, format(arguments));
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parsed) {
    if (exception instanceof FipctlException failure) {
      return report(failure, session.format());
    }
    FipctlException bug =
        new FipctlException(
            ExitCode.FAILURE,
            "Bug",
            "fipctl met a bug: " + exception,
            "run it again with -v and report what it prints");
    int exitCode = report(bug, session.format());
    if (session.options().verbose) {
      StringWriter trace = new StringWriter();
      exception.printStackTrace(new PrintWriter(trace));
      session.console().notes(trace.toString());
    }
    return exitCode;
  }

  private int report(FipctlException failure, Format format) {
    session.console().error(failure, format);
    return failure.exitCode().number();
  }

  private static String message(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !command.getSubcommands().isEmpty()) {
      return "there is no command '%s'".formatted(unmatched.getUnmatched().getFirst());
    }
    String text = exception.getMessage().lines().findFirst().orElse("wrong usage");
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private static String help(String command) {
    return command + " --help";
  }

  private static Optional<String> suggestion(ParameterException exception) {
    return exception instanceof UnmatchedArgumentException unmatched
        ? unmatched.getSuggestions().stream().findFirst()
        : Optional.empty();
  }

  /** The format that was asked for, although the command line could not be read to its end. */
  private Format format(String[] arguments) {
    List<String> words = List.of(arguments);
    for (Format format : List.of(Format.JSON, Format.YAML)) {
      int behind = Math.max(words.indexOf("-o"), words.indexOf("--output")) + 1;
      if ((behind > 0 && behind < words.size() && words.get(behind).equals(format.toString()))
          || words.contains("-o" + format)
          || words.contains("-o=" + format)
          || words.contains("--output=" + format)) {
        return format;
      }
    }
    return session
        .environment()
        .variable("FIPCTL_OUTPUT")
        .flatMap(Failures::document)
        .orElse(Format.TABLE);
  }

  private static Optional<Format> document(String name) {
    return Stream.of(Format.JSON, Format.YAML).filter(f -> f.toString().equals(name)).findFirst();
  }
}
