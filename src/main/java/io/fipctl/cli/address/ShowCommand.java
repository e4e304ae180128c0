package io.fipctl.cli.address;

import io.fipctl.calico.PodLookup;
import io.fipctl.change.AddressReport;
import io.fipctl.cli.session.Arguments;
import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.Assignment;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.render.AddressReportPrinter;
import io.fipctl.render.RecordsPrinter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl show IP|POD}. */
@Command(
    name = "show",
    description = "Show everything about one address, or the addresses of one pod.",
    footer = {"", "Examples:", "  fipctl show 203.0.113.10", "  fipctl show shop/web-0 -o yaml"})
public final class ShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IP|POD", description = "The address or the pod.")
  String what;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Arguments arguments = Arguments.read(List.of(what));
    if (arguments.addresses().size() > 1) {
      throw FipctlException.usage("show takes one address", "fipctl list -A");
    }
    arguments.addresses().stream()
        .findFirst()
        .ifPresentOrElse(
            this::showAddress,
            () ->
                showPod(
                    PodLookup.resolve(
                        session.cluster(), session.located(arguments.pod().orElseThrow()))));
    return ExitCode.OK.number();
  }

  private void showAddress(IpAddress address) {
    AddressReport report =
        AddressReport.read(
            session.cluster(),
            new Leases(session.cluster(), records.recordNamespace)
                .readableRecord(address)
                .asOf(session.pause().now()));
    RecordsPrinter.remark(report.record()).ifPresent(session.console()::note);
    report.notChecked().forEach(kind -> session.console().warning("not checked: " + kind));
    switch (session.format()) {
      case TABLE, WIDE -> session.console().print(AddressReportPrinter.text(report));
      case NAME -> session.console().println(address.toString());
      case JSON, YAML ->
          session.console().print(AddressReportPrinter.document(report), session.format());
    }
  }

  private void showPod(Pod pod) {
    AssignmentRows.print(
        session,
        AssignmentRows.plain(Assignment.of(pod).stream().map(this::withAge).toList()),
        true,
        "Pod %s has no floating IP.".formatted(pod.ref()));
  }

  private Assignment withAge(Assignment holding) {
    Leases leases = new Leases(session.cluster(), records.recordNamespace);
    return holding.since(
        holding
            .address()
            .map(leases::readableRecord)
            .flatMap(record -> record.heldSince(holding.pod())));
  }
}
