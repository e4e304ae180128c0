package io.fipctl.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * How the names of the nodes' ends of pods' networks begin: Felix's InterfacePrefix, a list with
 * commas (felix/config/config_params.go).
 *
 * @param prefixes at least one; empty where nobody could read them, and then every interface may be
 *     a pod's
 */
public record PodInterfaces(List<String> prefixes) {
  /** Felix's own default. */
  public static final PodInterfaces DEFAULT = new PodInterfaces(List.of("cali"));

  /** Nobody knows how they begin. */
  public static final PodInterfaces UNKNOWN = new PodInterfaces(List.of());

  public PodInterfaces {
    prefixes = List.copyOf(prefixes);
  }

  /** Reads the parameter; nothing in it is the default. */
  public static PodInterfaces of(String parameter) {
    List<String> prefixes =
        Stream.of(parameter.split(",", -1))
            .map(String::strip)
            .filter(prefix -> !prefix.isEmpty())
            .toList();
    return prefixes.isEmpty() ? DEFAULT : new PodInterfaces(prefixes);
  }

  /** Whether an interface of this name may be the end of a pod's network. */
  public boolean include(String name) {
    return prefixes.isEmpty() || prefixes.stream().anyMatch(name::startsWith);
  }

  /** With commas between. */
  @Override
  public String toString() {
    return String.join(",", prefixes);
  }
}
