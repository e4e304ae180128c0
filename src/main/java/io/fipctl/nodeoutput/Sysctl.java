package io.fipctl.nodeoutput;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Settings of a node's kernel, one {@code key = value} a line.
 *
 * @param values by key, with dots; a dot that belongs to the name of an interface is a slash, as
 *     sysctl writes it
 */
public record Sysctl(Map<String, String> values, List<ParseProblem> faults) implements Parsed {
  public Sysctl {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    faults = List.copyOf(faults);
  }

  public static Sysctl parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    List<ParseProblem> faults = new ArrayList<>();
    for (NumberedLines.Line line : new NumberedLines(text)) {
      if (line.text().isBlank()) {
        continue;
      }
      int equals = line.text().indexOf('=');
      String key = equals < 0 ? "" : line.text().substring(0, equals).strip();
      // Of "sysctl: cannot stat /proc/sys/x: No such file" nothing is a setting.
      if (key.indexOf('.') > 0 && key.indexOf(' ') < 0) {
        values.put(key, line.text().substring(equals + 1).strip());
      } else {
        faults.add(line.fault("not a setting"));
      }
    }
    return new Sysctl(values, faults);
  }

  public Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** The value as a number; empty when it is not there or is none. */
  public OptionalLong number(String key) {
    try {
      return values.containsKey(key)
          ? OptionalLong.of(Long.parseLong(values.get(key)))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The reverse-path filter that is in effect on an interface: the larger of its own value and that
   * of {@code all} (Linux, Documentation/networking/ip-sysctl.rst). 0 is off, 1 strict, 2 loose.
   * Empty when the interface is not there.
   */
  public OptionalLong reversePathFilter(String dev) {
    OptionalLong own = number(conf(dev, "rp_filter"));
    return own.isEmpty()
        ? own
        : OptionalLong.of(Math.max(own.getAsLong(), number(conf("all", "rp_filter")).orElse(0)));
  }

  private static String conf(String dev, String setting) {
    return "net.ipv4.conf." + dev.replace('.', '/') + "." + setting;
  }
}
