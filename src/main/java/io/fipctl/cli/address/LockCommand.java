package io.fipctl.cli.address;

import io.fipctl.cli.session.RecordOptions;
import io.fipctl.cli.session.Session;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Leases;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.render.RecordsPrinter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fipctl lock list|break}. */
@Command(
    name = "lock",
    synopsisSubcommandLabel = "COMMAND",
    description = "Look at the locks of addresses, and break one that nobody needs.",
    footer = {
      "",
      "A lock ends by itself 15 seconds after its last renewal, so what a killed run left is taken",
      "over without this.",
      "",
      "Examples:",
      "  fipctl lock list",
      "  fipctl lock break 203.0.113.10"
    })
public final class LockCommand implements Runnable {
  private final Session session;

  public LockCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    throw FipctlException.usage(
        "lock does nothing by itself", "fipctl lock list", "fipctl lock break IP");
  }

  @Command(
      name = "list",
      description = "List who is changing which address, and which changes were cut off.")
  int list(@Mixin RecordOptions records) {
    List<AddressRecord> locks =
        leases(records).records().stream()
            .filter(record -> record.lock().isPresent() || record.isOpen())
            .toList();
    switch (session.format()) {
      case TABLE, WIDE -> {
        if (locks.isEmpty()) {
          session.console().note("No address is locked.");
        } else {
          session.print(RecordsPrinter.locks(locks));
        }
      }
      case NAME -> locks.forEach(lock -> session.console().println(lock.address().toString()));
      case JSON, YAML ->
          session
              .console()
              .print(RecordsPrinter.lockList(locks, session.pause().now()), session.format());
    }
    return ExitCode.OK.number();
  }

  @Command(
      name = "break",
      description = "Break a lock that another run holds; asks first. Its record stays.")
  int breakLock(
      @Parameters(paramLabel = "IP", description = "The address.") IpAddress address,
      @Mixin RecordOptions records) {
    Leases leases = leases(records);
    leases
        .record(address)
        .lock()
        .ifPresent(
            lock ->
                session.confirm(
                    List.of(
                        "the lock of %s is taken from %s, who has it since %s"
                            .formatted(address, lock.holder(), lock.since()),
                        "if that one still runs it stops before its next write")));
    AddressRecord before = leases.breakLock(address, session.pause().now());
    switch (session.format()) {
      case TABLE, WIDE ->
          session
              .console()
              .println(
                  before
                      .lock()
                      .map(lock -> "lock of %s broken (%s)".formatted(address, lock.holder()))
                      .orElse("lock of %s unchanged (nobody has it)".formatted(address)));
      case NAME -> session.console().println(address.toString());
      case JSON, YAML ->
          session
              .console()
              .print(RecordsPrinter.brokenLock(before, session.pause().now()), session.format());
    }
    RecordsPrinter.remark(before.unlocked()).ifPresent(session.console()::note);
    return ExitCode.OK.number();
  }

  private Leases leases(RecordOptions records) {
    return new Leases(session.cluster(), records.recordNamespace);
  }
}
