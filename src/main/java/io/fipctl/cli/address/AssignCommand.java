package io.fipctl.cli.address;

import io.fipctl.change.Assign;
import io.fipctl.change.ChangeProposal;
import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.RecordEdit;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import java.util.List;
import java.util.Optional;
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
public final class AssignCommand implements Callable<Integer> {
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

  @Mixin TargetOptions giving = new TargetOptions();

  @Option(names = "--owner", paramLabel = "TEXT", description = "Write down who they belong to.")
  String owner;

  @Option(names = "--note", paramLabel = "TEXT", description = "Write down anything about them.")
  String note;

  @Option(names = "--protect", description = "Let nobody take them away again without --unprotect.")
  boolean protect;

  @Mixin SourceOptions taking = new SourceOptions();

  @Option(
      names = "--no-lock",
      description =
          "Take no lock, where Leases may not be written: write, look again, and release the address"
              + " if another pod has it.")
  boolean noLock;

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  public AssignCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Arguments arguments = Arguments.read(words);
    List<IpAddress> addresses = arguments.requireAddresses();
    PodTarget target = session.located(arguments.pod(Optional.empty(), "--pod"));
    Assign.Options options =
        new Assign.Options(
            steal,
            giving.leniency(),
            taking.node.nodeIsFenced,
            taking.unprotect,
            change.wait,
            change.timeout());
    RecordEdit edit =
        new RecordEdit(
            Optional.ofNullable(owner),
            Optional.ofNullable(note),
            protect ? Optional.of(true) : taking.edit().protect());
    return ChangeRun.run(
        session,
        new ChangeRun.Plan(
            addresses,
            !noLock,
            edit,
            custody -> Assign.propose(session.cluster(), target, addresses, options, custody),
            ChangeProposal::takesFromOthers),
        change);
  }
}
