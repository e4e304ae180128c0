package io.fipctl.calico;

import io.fipctl.model.ApiObject;
import io.fipctl.model.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that Felix takes its parameters from, and which source wins on a node
 * (felix/config/config_params.go, SourcesInDescendingOrder): environment, FelixConfiguration {@code
 * node.NAME}, a selector-scoped one, {@code default}.
 *
 * @param env the environment of calico-node
 * @param selectors whether this Calico knows selector-scoped FelixConfigurations (3.32)
 */
public record FelixSettings(
    List<ApiObject> configurations, Map<String, String> env, boolean selectors) {
  private static final String ANNOTATION = "config.projectcalico.org/";
  private static final String PER_NODE = "node.";

  /**
   * What a node's Felix finds for a parameter.
   *
   * @param value absent when no source sets it
   * @param doubts sources that may win over this one and could not be judged
   */
  public record Setting(Optional<String> value, String source, List<String> doubts) {}

  /** A source other than the field of {@code default}, which changes what that means. */
  public record Source(String where, String value) {
    @Override
    public String toString() {
      return where + ": " + value;
    }
  }

  public FelixSettings {
    configurations = List.copyOf(configurations);
    env = Map.copyOf(env);
  }

  /** Whether a flag is set on a node, as Felix reads flags (felix/config/param_types.go). */
  public boolean isOn(String field, String node, Map<String, String> labels) {
    return of(field, node, labels)
        .value()
        .filter(value -> value.matches("(?i)true|1|t|yes|y"))
        .isPresent();
  }

  /**
   * The value of a parameter on a node.
   *
   * @param field as FelixConfiguration spells it, such as {@code floatingIPs}
   */
  public Setting of(String field, String node, Map<String, String> labels) {
    Optional<Source> fromEnv = environment(field);
    if (fromEnv.isPresent()) {
      return setting(fromEnv.get(), List.of());
    }
    Optional<Source> own = named(PER_NODE + node).flatMap(config -> value(config, field));
    if (own.isPresent()) {
      return setting(own.get(), List.of());
    }
    List<String> doubts = new ArrayList<>();
    for (ApiObject config : scoped()) {
      Optional<Source> value = value(config, field);
      if (value.isPresent()) {
        try {
          String selector = config.text("spec", "nodeSelector").orElseThrow();
          if (LabelSelector.parse(selector).matches(labels)) {
            return setting(value.get(), doubts);
          }
        } catch (IllegalArgumentException e) {
          doubts.add(
              value.get() + ", for nodes by a selector that is not understood: " + e.getMessage());
        }
      }
    }
    return named("default")
        .flatMap(config -> value(config, field))
        .map(value -> setting(value, doubts))
        .orElseGet(() -> new Setting(Optional.empty(), "Felix's own default", doubts));
  }

  /** All that changes the meaning of {@code default} for a parameter, effective or not. */
  public List<Source> overrides(String field) {
    List<Source> overrides = new ArrayList<>();
    environment(field).ifPresent(overrides::add);
    for (ApiObject config : configurations) {
      boolean plainDefault = config.name().equals("default") && annotation(config, field).isEmpty();
      if (!plainDefault && isRead(config)) {
        value(config, field).ifPresent(overrides::add);
      }
    }
    return overrides;
  }

  /** The FelixConfiguration of a name. */
  public Optional<ApiObject> named(String name) {
    return configurations.stream().filter(config -> config.name().equals(name)).findFirst();
  }

  /** The annotation by which a FelixConfiguration hides its own field, where it is set. */
  public static Optional<String> annotation(ApiObject config, String field) {
    return config.map("metadata", "annotations").entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(ANNOTATION + field))
        .filter(entry -> !entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether Felix reads this object at all. */
  public boolean isRead(ApiObject config) {
    return config.name().equals("default")
        || config.name().startsWith(PER_NODE)
        || (selectors && config.has("spec", "nodeSelector"));
  }

  private List<ApiObject> scoped() {
    return configurations.stream()
        .filter(config -> !config.name().equals("default") && !config.name().startsWith(PER_NODE))
        .filter(this::isRead)
        .sorted(Comparator.comparing(FelixSettings::created).thenComparing(ApiObject::name))
        .toList();
  }

  private static Instant created(ApiObject config) {
    return config.text("metadata", "creationTimestamp").map(Instant::parse).orElse(Instant.MAX);
  }

  /** The annotation wins over the field (libcalico-go, felixconfigprocessor.go). */
  private static Optional<Source> value(ApiObject config, String field) {
    String name = "FelixConfiguration " + config.name();
    Optional<String> annotation = annotation(config, field);
    if (annotation.isPresent()) {
      return Optional.of(
          new Source(
              name + ", annotation " + annotation.get(),
              config.annotation(annotation.get()).orElseThrow()));
    }
    return config
        .text("spec", field)
        .filter(value -> !value.isEmpty())
        .map(value -> new Source(name, value));
  }

  private Optional<Source> environment(String field) {
    String wanted = ("FELIX_" + field).toUpperCase(Locale.ROOT);
    return env.entrySet().stream()
        .filter(entry -> entry.getKey().toUpperCase(Locale.ROOT).equals(wanted))
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> new Source("environment variable " + entry.getKey(), entry.getValue()))
        .findFirst();
  }

  private static Setting setting(Source value, List<String> doubts) {
    return new Setting(Optional.of(value.value()), value.where(), List.copyOf(doubts));
  }
}
