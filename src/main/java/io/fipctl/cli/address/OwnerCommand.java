package io.fipctl.cli.address;

import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.kube.Kind;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import io.fipctl.render.ChangesPrinter;
import io.fipctl.render.Document;
import io.fipctl.render.RecordsPrinter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl owner IP}: for scripts. */
@Command(
    name = "owner",
    description = "Print the pod that holds an address, as NS/POD and nothing else.",
    footer = {
      "",
      "Exits with 5 when nobody holds it, with 4 when several pods do.",
      "",
      "Examples:",
      "  fipctl owner 203.0.113.10"
    })
public final class OwnerCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IP", description = "The address.")
  IpAddress address;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public OwnerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RecordsPrinter.remark(
            new Leases(session.cluster(), records.recordNamespace)
                .readableRecord(address)
                .asOf(session.pause().now()))
        .ifPresent(session.console()::note);
    List<Pod> holders =
        session.cluster().list(Kind.PODS).stream()
            .map(Pod::of)
            .filter(pod -> pod.holds(address))
            .toList();
    if (holders.isEmpty()) {
      throw FipctlException.notFound(
          "NotHeld",
          "no pod holds " + address,
          ShellCommand.of("fipctl show %s   # who else has it", address));
    }
    if (holders.size() > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s is held by %s"
              .formatted(
                  address,
                  String.join(", ", holders.stream().map(p -> p.ref().toString()).toList())),
          ShellCommand.of("fipctl release %s --pod %s", address, holders.getLast().ref()));
    }
    Pod owner = holders.getFirst();
    switch (session.format()) {
      case TABLE, WIDE -> session.console().println(owner.ref().toString());
      case NAME -> session.console().println("pod/" + owner.ref().name());
      case JSON, YAML -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("address", address.toString());
        fields.put("pod", ChangesPrinter.pod(owner));
        session.console().print(new Document("FloatingIPOwner", fields), session.format());
      }
    }
    return ExitCode.OK.number();
  }
}
