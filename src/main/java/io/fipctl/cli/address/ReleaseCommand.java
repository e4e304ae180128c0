package io.fipctl.cli.address;

import io.fipctl.change.Release;
import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.RecordEdit;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fipctl release IP…} and {@code fipctl release --pod POD}. */
@Command(
    name = "release",
    description = "Take floating IPs away.",
    footer = {
      "",
      "Examples:",
      "  fipctl release 203.0.113.10",
      "  fipctl release --pod shop/web-0   # everything it has, and a malformed value too"
    })
public final class ReleaseCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "[IP...]",
      hideParamSyntax = true,
      description = "The addresses to take away.")
  List<String> words = List.of();

  @Option(
      names = "--pod",
      paramLabel = "POD",
      description = "Take them from this pod; without addresses all it has (asks first).")
  PodTarget pod;

  @Mixin UnverifiedOption blind = new UnverifiedOption();

  @Option(names = "--unprotect", description = "Release protected addresses too.")
  boolean unprotect;

  @Option(names = "--no-lock", description = "Take no lock, where Leases may not be written.")
  boolean noLock;

  @Mixin ChangeOptions change = new ChangeOptions();

  private final Session session;

  public ReleaseCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Arguments arguments = Arguments.read(words);
    if (arguments.pod().isPresent()) {
      throw FipctlException.usage(
          "'%s' is no address".formatted(arguments.pod().get().typed()),
          ShellCommand.of(
              "fipctl release --pod %s   # takes everything from it",
              arguments.pod().get().typed()));
    }
    if (arguments.addresses().isEmpty() && pod == null) {
      throw FipctlException.usage(
          "neither an address nor a pod is named", "fipctl release IP", "fipctl release --pod POD");
    }
    Release.Options options =
        new Release.Options(blind.unverified, unprotect, change.wait, change.timeout());
    Optional<PodTarget> target = Optional.ofNullable(pod).map(session::located);
    List<IpAddress> addresses = arguments.addresses();
    return ChangeRun.run(
        session,
        new ChangeRun.Plan(
            Release.concerns(session.cluster(), target, addresses),
            !noLock,
            RecordEdit.unprotecting(unprotect),
            custody -> Release.propose(session.cluster(), target, addresses, options, custody),
            proposal -> pod != null && !proposal.isNothing()),
        change);
  }
}
