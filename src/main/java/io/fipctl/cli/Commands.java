package io.fipctl.cli;

import io.fipctl.cli.address.AssignCommand;
import io.fipctl.cli.address.FailoverCommand;
import io.fipctl.cli.address.HistoryCommand;
import io.fipctl.cli.address.ListCommand;
import io.fipctl.cli.address.LockCommand;
import io.fipctl.cli.address.MoveCommand;
import io.fipctl.cli.address.OwnerCommand;
import io.fipctl.cli.address.RecoverCommand;
import io.fipctl.cli.address.ReleaseCommand;
import io.fipctl.cli.address.ShowCommand;
import io.fipctl.cli.diagnose.CleanupCommand;
import io.fipctl.cli.diagnose.DoctorCommand;
import io.fipctl.cli.diagnose.NatCommand;
import io.fipctl.cli.diagnose.NodeShellCommand;
import io.fipctl.cli.feature.DisableCommand;
import io.fipctl.cli.feature.EnableCommand;
import io.fipctl.cli.feature.StatusCommand;
import io.fipctl.cli.session.Session;
import io.fipctl.cli.tools.CompleteCommand;
import io.fipctl.cli.tools.CompletionCommand;
import io.fipctl.cli.tools.HelpCommand;
import io.fipctl.cli.tools.LabCommand;
import io.fipctl.cli.tools.VersionCommand;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Every command, in the order and groups of {@code fipctl help}. Only those that are named on the
 * command line are built: reading annotations is what costs at start-up.
 */
final class Commands {
  /** A command and how it is made. */
  record Verb(String group, String name, List<String> aliases, Function<Session, Object> command) {
    boolean isNamedIn(Set<String> words) {
      return words.contains(name) || aliases.stream().anyMatch(words::contains);
    }
  }

  static final String ADDRESSES = "Addresses";
  static final String CLUSTER = "Cluster";
  static final String DIAGNOSE = "Diagnose";
  static final String OPERATE = "Operate";
  static final String TOOLS = "Tools";

  static final List<String> GROUPS = List.of(ADDRESSES, CLUSTER, DIAGNOSE, OPERATE, TOOLS);

  static final List<Verb> ALL =
      List.of(
          verb(ADDRESSES, "assign", AssignCommand::new),
          verb(ADDRESSES, "move", MoveCommand::new),
          verb(ADDRESSES, "release", ReleaseCommand::new),
          new Verb(ADDRESSES, "list", List.of("ls"), ListCommand::new),
          verb(ADDRESSES, "show", ShowCommand::new),
          verb(ADDRESSES, "owner", OwnerCommand::new),
          verb(ADDRESSES, "history", HistoryCommand::new),
          verb(CLUSTER, "status", StatusCommand::new),
          verb(CLUSTER, "enable", EnableCommand::new),
          verb(CLUSTER, "disable", DisableCommand::new),
          verb(DIAGNOSE, "doctor", DoctorCommand::new),
          verb(DIAGNOSE, "nat", NatCommand::new),
          verb(DIAGNOSE, "node-shell", NodeShellCommand::new),
          verb(OPERATE, "recover", RecoverCommand::new),
          verb(OPERATE, "failover", FailoverCommand::new),
          verb(OPERATE, "lock", LockCommand::new),
          verb(OPERATE, "cleanup", CleanupCommand::new),
          verb(TOOLS, "lab", session -> new LabCommand(session, Fipctl::run)),
          verb(TOOLS, "completion", CompletionCommand::new),
          verb(TOOLS, "version", VersionCommand::new),
          verb(TOOLS, "help", HelpCommand::new),
          verb("", "__complete", CompleteCommand::new));

  private Commands() {}

  /** The verbs named among the words; all of them when none is. */
  static List<Verb> namedIn(Set<String> words) {
    List<Verb> named = ALL.stream().filter(verb -> verb.isNamedIn(words)).toList();
    boolean wantsAll = named.isEmpty() || named.stream().anyMatch(Commands::needsTheTree);
    return wantsAll ? ALL : named;
  }

  /** Help, completion and man pages are made from the whole tree. */
  private static boolean needsTheTree(Verb verb) {
    return Set.of("help", "completion", "__complete").contains(verb.name());
  }

  private static Verb verb(String group, String name, Function<Session, Object> command) {
    return new Verb(group, name, List.of(), command);
  }
}
