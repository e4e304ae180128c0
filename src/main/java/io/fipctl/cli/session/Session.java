package io.fipctl.cli.session;

import io.fipctl.change.AddressTransaction;
import io.fipctl.kube.Cluster;
import io.fipctl.lab.Lab;
import io.fipctl.lab.LabCluster;
import io.fipctl.lease.Actor;
import io.fipctl.lease.LockOptions;
import io.fipctl.lease.RunEnvironment;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodTarget;
import io.fipctl.model.Progress;
import io.fipctl.render.Console;
import io.fipctl.render.Format;
import io.fipctl.render.ReportFormat;
import io.fipctl.render.Table;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One run: the options, the streams and, once it is needed, the cluster. */
public final class Session {
  /** As much of a CI job's address as is written down with every change. */
  private static final int LONGEST_JOB = 1000;

  private final Environment environment;
  private final GlobalOptions options;
  private UnaryOperator<String> sameCluster = UnaryOperator.identity();
  private Cluster cluster;

  public Session(Environment environment, GlobalOptions options) {
    this.environment = environment;
    this.options = options;
  }

  public Environment environment() {
    return environment;
  }

  /** From now on, the commands that this run tells to type act where it acts. */
  public void actsOn(UnaryOperator<String> here) {
    sameCluster = here;
    console().commands(here);
  }

  /** A line to type, so that it acts on the same cluster. */
  public UnaryOperator<String> sameCluster() {
    return sameCluster;
  }

  public GlobalOptions options() {
    return options;
  }

  public Console console() {
    return environment.console();
  }

  public Clock pause() {
    return surroundings().pause();
  }

  /** With the time of day of the cluster, once it is opened. */
  public RunEnvironment surroundings() {
    return environment.surroundings().by(() -> Optional.ofNullable(cluster).flatMap(Cluster::time));
  }

  /** Who changes things in this run: {@code user@host:pid}, and the CI job that it is part of. */
  Actor author() {
    String person = cluster().endpoint().user().replaceFirst(" .*", "");
    String who = person + ":" + ProcessHandle.current().pid();
    return new Actor(
        CiJob.address(environment)
            .map(job -> who + " " + job.substring(0, Math.min(job.length(), LONGEST_JOB)))
            .orElse(who),
        Version.current());
  }

  /** The format of the answer, or for those of the doctor alone that of its errors. */
  public Format format() {
    try {
      return Format.parse(options.output);
    } catch (IllegalArgumentException e) {
      return Format.TABLE;
    }
  }

  /** The format of a report. */
  public ReportFormat reportFormat() {
    return ReportFormat.parse(options.output);
  }

  /** The cluster, opened when first asked for, so that help needs none. */
  public Cluster cluster() {
    if (cluster == null) {
      cluster = options.lab ? lab() : environment.clusters().open(options);
      if (options.verbose) {
        console().note(place(cluster.endpoint()));
      }
    }
    return cluster;
  }

  /** The practice cluster as the options want to see it. */
  public static LabCluster asTold(LabCluster lab, GlobalOptions options) {
    LabCluster there = options.namespace().map(lab::in).orElse(lab);
    return options.calicoNamespace().map(there::withCalicoIn).orElse(there);
  }

  /** Which cluster it is, by its context and its address. */
  private String place(Cluster.Endpoint endpoint) {
    String user = options.as == null ? "" : ", as " + options.as;
    return "on the cluster at %s (context %s)%s"
        .formatted(endpoint.server(), endpoint.name(), user);
  }

  private Cluster lab() {
    console().note("lab: this is the practice cluster, no real one");
    return asTold(Lab.open(environment.labFile()), options);
  }

  /**
   * The target with its namespace: the one written with it, or the session's.
   *
   * @throws FipctlException exit 2 when it names another namespace than {@code -n}
   */
  public PodTarget located(PodTarget target) {
    if (target.namespace().isEmpty()) {
      return target.in(cluster().endpoint().namespace());
    }
    if (options.namespace != null && !options.namespace.equals(target.namespace().get())) {
      throw FipctlException.usage(
          "%s/%s is not in the namespace of -n %s"
              .formatted(target.namespace().get(), target.name(), options.namespace),
          "leave -n out, or name the pod without its namespace");
    }
    return target;
  }

  /** What this run changes addresses with. */
  public AddressTransaction.Means means(LockOptions locks) {
    return new AddressTransaction.Means(cluster(), surroundings(), author(), locks, progress());
  }

  /** Says on stderr what goes on, unless {@code -q}. */
  public Progress progress() {
    return new Progress() {
      @Override
      public void step(String what) {
        if (options.verbose || console().canAsk()) {
          console().note(what);
        }
      }

      @Override
      public void warning(String what) {
        console().warning(what);
      }
    };
  }

  /**
   * Asks before something that cannot simply be taken back.
   *
   * @param consequences what will happen, line by line
   * @throws FipctlException exit 2 without a terminal and without {@code --yes}, exit 1 on a no
   */
  public void confirm(List<String> consequences) {
    if (options.yes) {
      return;
    }
    if (!console().canAsk()) {
      throw FipctlException.usage(
          "this asks before it starts, and there is no terminal to ask on: "
              + String.join("; ", consequences),
          "add --yes");
    }
    console().note(place(cluster().endpoint()) + ":");
    consequences.forEach(line -> console().note("  " + line));
    if (!console().ask("Continue?")) {
      throw new FipctlException(ExitCode.FAILURE, "NotConfirmed", "aborted; nothing was changed");
    }
  }

  /** Prints a table as the options want it. */
  public void print(Table table) {
    Table sorted = table;
    if (options.sortBy != null) {
      int column = table.column(options.sortBy);
      if (column < 0) {
        throw FipctlException.usage(
            "there is no column '%s'".formatted(options.sortBy),
            "use one of " + String.join(", ", table.titles()));
      }
      sorted = table.sortedBy(column);
    }
    console().print(sorted.print(!options.noHeaders));
  }

  /** Ends the connection, if there is one. */
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
