package io.fipctl.cli.address;

import io.fipctl.change.Recover;
import io.fipctl.change.Recover.Direction;
import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl recover [IP…]}. */
@Command(
    name = "recover",
    description = "Finish or take back changes that were cut off.",
    footer = {
      "",
      "What a killed run had set out to do is written down. Without addresses all that is open is",
      "ended: forward where the pod that was to get the address still exists and can have it, else",
      "back. Afterwards one pod has it, or nobody; nodes and tracked connections follow. A change",
      "of which nothing was written yet is only closed, and one that somebody else began is shown",
      "and asked about.",
      "",
      "Examples:",
      "  fipctl recover --dry-run",
      "  fipctl recover 203.0.113.10",
      "  fipctl recover 203.0.113.10 --back"
    })
public final class RecoverCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "[IP...]",
      hideParamSyntax = true,
      description = "The addresses; all that need it when none is named.")
  List<String> words = List.of();

  @Option(names = "--forward", description = "Finish: the pod that was to get it has it.")
  boolean forward;

  @Option(names = "--back", description = "Take back: the pod that had it before has it.")
  boolean back;

  @Mixin UnverifiedOption blind = new UnverifiedOption();

  @Mixin SourceOptions taking = new SourceOptions();

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  public RecoverCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (forward && back) {
      throw FipctlException.usage(
          "--forward and --back exclude each other", "leave both out to let it choose");
    }
    Arguments arguments = Arguments.read(words);
    arguments
        .pod()
        .ifPresent(
            pod -> {
              throw FipctlException.usage(
                  "'%s' is no address".formatted(pod.typed()),
                  "fipctl recover   # all that is open");
            });
    List<IpAddress> addresses =
        words.isEmpty()
            ? Recover.cutOff(new Leases(session.cluster(), change.records.recordNamespace))
            : arguments.addresses();
    if (addresses.isEmpty()) {
      session.console().note("Nothing was cut off.");
      return ExitCode.OK.number();
    }
    Recover.Options options =
        new Recover.Options(
            forward
                ? Optional.of(Direction.FORWARD)
                : back ? Optional.of(Direction.BACK) : Optional.empty(),
            blind.unverified,
            taking.node.nodeIsFenced,
            taking.unprotect,
            change.wait,
            change.timeout());
    return ChangeRun.run(
        session,
        new ChangeRun.Plan(
            addresses,
            true,
            taking.edit(),
            custody -> Recover.propose(session.cluster(), addresses, options, custody),
            proposal -> false),
        change);
  }
}
