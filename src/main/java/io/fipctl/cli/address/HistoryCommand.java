package io.fipctl.cli.address;

import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.IpAddress;
import io.fipctl.render.RecordsPrinter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl history IP}. */
@Command(
    name = "history",
    description = "Show the last changes of an address: who, when, from where and to where.",
    footer = {
      "",
      "The newest is first; 20 are kept. What was changed by other tools is not in it.",
      "",
      "Examples:",
      "  fipctl history 203.0.113.10"
    })
public final class HistoryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IP", description = "The address.")
  IpAddress address;

  @Mixin RecordOptions records = new RecordOptions();

  private final Session session;

  public HistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    AddressRecord record = new Leases(session.cluster(), records.recordNamespace).record(address);
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (record.history().isEmpty()) {
          session.console().note("Nothing is written down about %s.".formatted(address));
        } else {
          session.print(RecordsPrinter.history(record));
        }
      }
      case NAME -> session.console().println(address.toString());
      case JSON, YAML ->
          session.console().print(RecordsPrinter.historyDocument(record), session.format());
    }
    record
        .unreadable()
        .forEach(key -> session.console().warning("annotation %s cannot be read".formatted(key)));
    RecordsPrinter.remark(record.asOf(session.pause().now())).ifPresent(session.console()::note);
    return ExitCode.OK.number();
  }
}
