package io.fipctl.cli.session;

import io.fipctl.lab.Lab;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.FipctlException;
import io.fipctl.model.UserDirectories;
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
    RunEnvironment surroundings) {
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** An environment variable; an empty one counts as not set. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** {@code ~/.config/fipctl/config.yaml}, or where XDG says; none without a home. */
  public Optional<Path> configFile() {
    return UserDirectories.config(variables).map(config -> config.resolve("fipctl/config.yaml"));
  }

  /**
   * Where the lab keeps its state.
   *
   * @throws FipctlException exit 2 for whoever has no home
   */
  public Path labFile() {
    return Lab.defaultFile(variables)
        .orElseThrow(
            () ->
                FipctlException.usage(
                    "there is no place to keep the lab in: HOME is not set to an absolute path",
                    "set HOME, or XDG_STATE_HOME to a directory that can be written"));
  }
}
