package io.fipctl.launch;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes the start-up cache: lets the JVM watch {@code fipctl list} against a cluster that is played
 * by this process, so that only what the command itself needs gets into the cache.
 */
public final class Training {
  private static final long LIMIT_SECONDS = 120;

  private Training() {}

  /**
   * Leaves {@code cache.aot} in the directory, and beside it {@code started}, as old as the try.
   *
   * @param args the directory, which is empty, then the JVM flags that the cache is for
   */
  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path directory = Path.of(args[0]);
    List<String> flags = List.of(args).subList(1, args.length);
    Files.createFile(directory.resolve("started"));
    boolean done;
    try (TrainingServer server = TrainingServer.start(TrainingKeys.make(directory))) {
      Path kubeconfig = Files.writeString(directory.resolve("config"), server.kubeconfig());
      done = watch(directory.resolve("cache.aot"), flags, kubeconfig);
    }
    System.exit(done ? 0 : 1);
  }

  private static boolean watch(Path cache, List<String> flags, Path kubeconfig)
      throws IOException, InterruptedException {
    // Profiles of the optimising compiler in the cache would make short runs call for it.
    return list(kubeconfig, flags, "-XX:TieredStopAtLevel=1", "-XX:AOTCacheOutput=" + cache)
        // A JVM that could not write its cache says nothing; one that must use it does.
        && list(kubeconfig, flags, "-XX:AOTCache=" + cache, "-XX:AOTMode=on");
  }

  private static boolean list(Path kubeconfig, List<String> flags, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of(more));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.fipctl.Main", "list", "-A"));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Nothing of the user's, such as proxies, settings and labs, but what names of files are read
    // by.
    builder.environment().keySet().retainAll(Set.of("LC_ALL", "LC_CTYPE", "LANG"));
    builder.environment().put("HOME", kubeconfig.resolveSibling("home").toString());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    Process fipctl =
        builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start();
    fipctl.getOutputStream().close();
    if (!fipctl.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      fipctl.destroyForcibly();
      return false;
    }
    return fipctl.exitValue() == 0;
  }
}
