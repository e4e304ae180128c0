package io.fipctl.lab;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.UserDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The practice cluster of a user: started once, then there for every command until stopped. */
public final class Lab {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Lab() {}

  /**
   * Where the lab is kept: {@code $XDG_STATE_HOME/fipctl/lab.json}, by default below {@code
   * ~/.local/state}; nowhere without a home.
   */
  public static Optional<Path> defaultFile(Map<String, String> environment) {
    return UserDirectories.state(environment).map(state -> state.resolve("fipctl/lab.json"));
  }

  /** Starts a lab with both gates off; whether there was none before. */
  public static boolean start(Path file) {
    return start(file, LabState.fresh(InstantSource.system()));
  }

  /** Starts a lab that begins as this state; whether there was none before. */
  public static boolean start(Path file, LabState state) {
    return file(file).create(state);
  }

  /** Makes a healthy lab with addresses, or one with a failure, in place of what there was. */
  public static void restart(Path file, Optional<Breakage> failure) {
    InstantSource clock = InstantSource.system();
    file(file)
        .replace(failure.map(it -> it.planted(clock)).orElseGet(() -> LabState.healthy(clock)));
  }

  /**
   * The lab that was started.
   *
   * @throws io.fipctl.model.FipctlException exit 5 ({@code LabNotStarted}) when there is none
   */
  public static LabCluster open(Path file) {
    LabFile store = file(file);
    store.read(LabState::version);
    return new LabCluster(store);
  }

  public static boolean isStarted(Path file) {
    return Files.exists(file);
  }

  /** Ends the lab and forgets it; whether there was one. */
  public static boolean stop(Path file) {
    return file(file).delete();
  }

  private static LabFile file(Path file) {
    return new LabFile(file, InstantSource.system(), PATIENCE);
  }
}
