package io.fipctl.cli;

import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import io.fipctl.operation.Assign;
import io.fipctl.operation.Proposal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl assign POD IP[,IP…]}. */
@Command(
    name = "assign",
    description = "Give a pod floating IPs.",
    footer = {
      "",
      "Examples:",
      "  fipctl assign web-0 203.0.113.10",
      "  fipctl -n shop assign deployment/web 203.0.113.10,2001:db8::10",
      "  fipctl assign shop/web-0 203.0.113.10 --dry-run"
    })
final class AssignCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "POD IP[,IP...]",
      hideParamSyntax = true,
      description =
          "The pod (NAME, NS/NAME, deployment/NAME, statefulset/NAME) and its addresses, in either"
              + " order.")
  List<String> words;

  @Option(names = "--steal", description = "Take an address that another pod holds; asks first.")
  boolean steal;

  @Option(names = "--strict", description = "Refuse what would only be warned of.")
  boolean strict;

  @Option(
      names = "--allow-cni-gate-off",
      description = "Assign although the pod could not start again: the CNI plugin's gate is off.")
  boolean allowCniGateOff;

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  AssignCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Arguments arguments = Arguments.read(words);
    List<IpAddress> addresses = arguments.requireAddresses();
    PodTarget target = session.located(arguments.pod(java.util.Optional.empty(), "--pod"));
    Assign.Options options =
        new Assign.Options(steal, strict, allowCniGateOff, change.wait, change.timeout());
    Proposal proposal =
        Assign.propose(session.cluster(), target, addresses, options, session.pause());
    if (proposal.takesFromOthers() && !change.isDryRun()) {
      session.confirm(proposal.steps());
    }
    return ChangeRun.run(session, proposal, change);
  }
}
