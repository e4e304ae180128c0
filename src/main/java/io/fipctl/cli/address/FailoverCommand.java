package io.fipctl.cli.address;

import io.fipctl.change.Failover;
import io.fipctl.change.Leniency;
import io.fipctl.cli.session.Session;
import io.fipctl.model.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl failover IP --candidates SELECTOR}. */
@Command(
    name = "failover",
    description = "Hand an address over when its pod is gone or not Ready; once, for cron or CI.",
    footer = {
      "",
      "The first Ready candidate by name gets it. Does nothing while the present pod is Ready, or",
      "has not been otherwise for long enough.",
      "",
      "Examples:",
      "  fipctl failover 203.0.113.10 -n shop --candidates app=web",
      "  fipctl failover 203.0.113.10 -n shop --candidates app=web --not-ready-for 2m"
    })
public final class FailoverCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IP", description = "The address.")
  IpAddress address;

  @Option(
      names = "--candidates",
      required = true,
      paramLabel = "SELECTOR",
      description = "The label selector of the pods that may have it, in the namespace of -n.")
  String candidates;

  @Option(
      names = "--not-ready-for",
      paramLabel = "TIME",
      description = "How long the present pod must not have been Ready (default 60s).")
  Duration notReadyFor = Duration.ofSeconds(60);

  @Mixin OutsidePoolsOption pools = new OutsidePoolsOption();

  @Mixin SourceOptions taking = new SourceOptions();

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  public FailoverCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Failover.Options options =
        new Failover.Options(
            candidates,
            notReadyFor,
            new Leniency(false, false, pools.allowOutsidePools),
            taking.node.nodeIsFenced,
            taking.unprotect,
            change.wait,
            change.timeout());
    return ChangeRun.run(
        session,
        new ChangeRun.Plan(
            List.of(address),
            true,
            taking.edit(),
            custody -> Failover.propose(session.cluster(), address, options, custody),
            proposal -> false),
        change);
  }
}
