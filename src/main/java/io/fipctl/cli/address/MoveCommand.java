package io.fipctl.cli.address;

import io.fipctl.change.Move;
import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.Intent.Ordering;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl move IP[,IP…] POD}. */
@Command(
    name = "move",
    description = "Hand floating IPs over to another pod.",
    footer = {
      "",
      "At no time do two pods have the address: it is taken away and seen gone, then given and seen",
      "there. A step that fails is undone. What a killed run left is ended by 'fipctl recover'.",
      "",
      "Examples:",
      "  fipctl move 203.0.113.10 web-1",
      "  fipctl move 203.0.113.10 --from shop/web-0 --to shop/web-1"
    })
public final class MoveCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "IP[,IP...] POD",
      hideParamSyntax = true,
      description = "The addresses and the pod that is to have them, in either order.")
  List<String> words;

  @Option(names = "--to", paramLabel = "POD", description = "The pod that is to have them.")
  PodTarget to;

  @Option(
      names = "--from",
      paramLabel = "POD",
      description = "Go on only if this pod holds them now.")
  PodTarget from;

  @Mixin TargetOptions giving = new TargetOptions();

  @Mixin UnverifiedOption blind = new UnverifiedOption();

  /** In which order. */
  enum Handover {
    exclusive,
    overlap
  }

  @Option(
      names = "--handover",
      paramLabel = "exclusive|overlap",
      description =
          "exclusive: at no time do two pods have them (default). overlap: given before taken away,"
              + " for stateless services; hardly a packet is lost.")
  Handover handover = Handover.exclusive;

  @Mixin SourceOptions taking = new SourceOptions();

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  public MoveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Arguments arguments = Arguments.read(words);
    List<IpAddress> addresses = arguments.requireAddresses();
    PodTarget target = session.located(arguments.pod(Optional.ofNullable(to), "--to"));
    Move.Options options =
        new Move.Options(
            Optional.ofNullable(from).map(session::located),
            handover == Handover.overlap ? Ordering.OVERLAP : Ordering.EXCLUSIVE,
            giving.leniency(),
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
            custody -> Move.propose(session.cluster(), target, addresses, options, custody),
            proposal -> false),
        change);
  }
}
