package io.fipctl.render;

import io.fipctl.calico.AddressUse;
import io.fipctl.change.AddressReport;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Assignment;
import io.fipctl.model.IpPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the answer about one address looks. */
public final class AddressReportPrinter {
  private AddressReportPrinter() {}

  public static String text(AddressReport report) {
    Lines text = new Lines();
    line(text, "Address", report.address().toString());
    if (report.holdings().isEmpty()) {
      line(text, "Pod", "<none>");
    }
    for (Assignment holding : report.holdings()) {
      line(text, "Pod", holding.pod().ref() + " (" + holding.state() + ")");
      line(text, "  Node", holding.pod().node().orElse("<none>"));
      line(
          text,
          "  Pod IP",
          holding.pod().address(report.address().family()).map(Object::toString).orElse("<none>"));
      line(
          text,
          "  Controller",
          holding
              .pod()
              .controller()
              .map(owner -> owner + " (the address does not follow a new pod)")
              .orElse("<none>"));
    }
    AddressRecord record = report.record();
    record.owner().ifPresent(owner -> line(text, "Owner", owner));
    record.note().ifPresent(note -> line(text, "Note", note));
    if (record.protect()) {
      line(text, "Protected", "yes");
    }
    line(text, "Pool", report.pool().map(pool -> pool(pool, report)).orElse("<none>"));
    for (AddressUse.Claim claim : report.otherClaims()) {
      line(text, "Also", claim.toString());
    }
    report.doubts().forEach(doubt -> line(text, "Doubt", doubt));
    return text.toString();
  }

  public static Document document(AddressReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", report.address().toString());
    fields.put(
        "holders",
        report.holdings().stream()
            .map(
                holding ->
                    AssignmentsPrinter.item(new AssignmentsPrinter.Row(holding, Optional.empty())))
            .toList());
    fields.put("record", RecordsPrinter.record(report.record()));
    fields.put("pool", report.pool().map(AddressReportPrinter::pool).orElse(null));
    fields.put("reserved", report.reserved());
    fields.put(
        "otherClaims", report.otherClaims().stream().map(AddressUse.Claim::toString).toList());
    fields.put("doubts", report.doubts());
    fields.put("notChecked", report.notChecked());
    return new Document("FloatingIP", fields);
  }

  private static Map<String, Object> pool(IpPool pool) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", pool.name());
    fields.put("cidr", pool.cidr().toString());
    fields.put("disabled", pool.disabled());
    return fields;
  }

  private static String pool(IpPool pool, AddressReport report) {
    List<String> traits =
        List.of(
            pool.cidr().toString(),
            pool.disabled() ? "disabled" : "IPAM assigns from it",
            report.reserved() ? "reserved" : "");
    return pool.name()
        + " ("
        + String.join(", ", traits.stream().filter(trait -> !trait.isEmpty()).toList())
        + ")";
  }

  private static void line(Lines text, String title, String value) {
    text.add(title, 13, value);
  }
}
