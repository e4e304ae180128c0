package io.fipctl.calico;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether Felix programs floating IPs on a node.
 *
 * @param source what decides it, in words
 * @param warnings a value that Felix does not take, or a source that could not be judged
 */
public record FelixGate(State state, String source, List<String> warnings) {
  /** The field of FelixConfiguration. */
  public static final String FIELD = "floatingIPs";

  /** On, off, or not to be told. */
  public enum State {
    ON,
    OFF,
    UNKNOWN
  }

  /** Judges one node by its name and labels. */
  public static FelixGate of(FelixSettings settings, String node, Map<String, String> labels) {
    FelixSettings.Setting setting = settings.of(FIELD, node, labels);
    List<String> warnings = new ArrayList<>(setting.doubts());
    String value = setting.value().orElse("Disabled");
    boolean on = value.equalsIgnoreCase("Enabled");
    if (!on && !value.equalsIgnoreCase("Disabled") && !value.equalsIgnoreCase("none")) {
      warnings.add(
          "%s: '%s' is neither Enabled nor Disabled, and Felix takes Disabled"
              .formatted(setting.source(), value));
    }
    State state = on ? State.ON : State.OFF;
    return new FelixGate(
        setting.doubts().isEmpty() ? state : State.UNKNOWN,
        setting.source(),
        List.copyOf(warnings));
  }
}
