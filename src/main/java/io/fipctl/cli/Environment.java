package io.fipctl.cli;

import io.fipctl.lab.Lab;
import io.fipctl.operation.Surroundings;
import io.fipctl.render.Console;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a run: everything a command would otherwise take from static state.
 *
 * @param variables the environment variables
 * @param clusters opens real clusters and the lab
 * @param surroundings time, chance and whoever wants to stop the run
 */
public record Environment(
    Map<String, String> variables,
    Console console,
    ClusterSource clusters,
    Surroundings surroundings) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** An environment variable; an empty one counts as not set. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** {@code ~/.config/fipctl/config.yaml}, or where XDG says. */
  Path configFile() {
    return variable("XDG_CONFIG_HOME")
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElse(home().resolve(".config"))
        .resolve("fipctl/config.yaml");
  }

  /** Where the lab keeps its state. */
  Path labFile() {
    return Lab.defaultFile(variables, home());
  }

  private Path home() {
    return Path.of(variable("HOME").orElse("."));
  }
}
