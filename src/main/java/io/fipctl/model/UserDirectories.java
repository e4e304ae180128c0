package io.fipctl.model;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a user's own files are, by the XDG Base Directory specification. Whoever has no home has
 * none of them: the current folder may be anybody's, and what is found there is not obeyed. For the
 * same reason a relative path counts as not set.
 */
public final class UserDirectories {
  private UserDirectories() {}

  /** {@code $HOME}, and nothing else: as root under sudo or in a CI job there may be none. */
  public static Optional<Path> home(Map<String, String> environment) {
    return absolute(environment, "HOME");
  }

  /** {@code $XDG_CONFIG_HOME}, or {@code ~/.config}. */
  public static Optional<Path> config(Map<String, String> environment) {
    return absolute(environment, "XDG_CONFIG_HOME")
        .or(() -> home(environment).map(home -> home.resolve(".config")));
  }

  /** {@code $XDG_STATE_HOME}, or {@code ~/.local/state}. */
  public static Optional<Path> state(Map<String, String> environment) {
    return absolute(environment, "XDG_STATE_HOME")
        .or(() -> home(environment).map(home -> home.resolve(".local/state")));
  }

  private static Optional<Path> absolute(Map<String, String> environment, String name) {
    try {
      return Optional.ofNullable(environment.get(name)).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
