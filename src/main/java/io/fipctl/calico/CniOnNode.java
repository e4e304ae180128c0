package io.fipctl.calico;

import io.fipctl.model.CniTemplate;
import io.fipctl.model.FipctlException;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.nodeoutput.CniConflist;
import io.fipctl.nodeoutput.NodeDump;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the container runtime of a node finds first in its CNI directory. */
public sealed interface CniOnNode {
  /** Calico's, with the gate as it is for the next pod. */
  record Calicos(String file, CniTemplate.State gate) implements CniOnNode {}

  /** Not Calico's: the gate has no effect on this node. */
  record Foreign(String file) implements CniOnNode {}

  /** Nobody could look, or what was seen could not be read. */
  record Unknown(FipctlException why) implements CniOnNode {}

  /** Whether the gate is known to be on. */
  default boolean isOn() {
    return this instanceof Calicos calicos && calicos.gate() == CniTemplate.State.ON;
  }

  /** Whether the gate is known to be off, or to have no effect. */
  default boolean isOff() {
    return switch (this) {
      case Calicos calicos ->
          calicos.gate() == CniTemplate.State.OFF || calicos.gate() == CniTemplate.State.ABSENT;
      case Foreign foreign -> true;
      case Unknown unknown -> false;
    };
  }

  /** Reads one node; what hinders it is the answer. */
  static CniOnNode read(NodeShell shell, String node) {
    return read(shell, List.of(node)).get(node);
  }

  /** Reads nodes, eight at a time. */
  static Map<String, CniOnNode> read(NodeShell shell, Collection<String> nodes) {
    Map<String, CniOnNode> read = new TreeMap<>();
    List<String> left = new ArrayList<>(nodes);
    while (!left.isEmpty()) {
      List<String> batch = left.subList(0, Math.min(8, left.size()));
      Map<String, NodeShell.Running> running = new TreeMap<>();
      for (String node : batch) {
        try {
          running.put(node, shell.start(node, NodeCommand.Read.of(NodeCommand.Section.CNI_CONFIG)));
        } catch (FipctlException e) {
          read.put(node, new Unknown(e));
        }
      }
      running.forEach((node, command) -> read.put(node, finish(node, command)));
      batch.clear();
    }
    return read;
  }

  private static CniOnNode finish(String node, NodeShell.Running command) {
    try (command) {
      return parse(node, command.output().stdout());
    } catch (FipctlException e) {
      return new Unknown(e);
    }
  }

  /** Reads what {@link NodeCommand.Read} printed. */
  static CniOnNode parse(String node, String stdout) {
    Optional<CniConflist> conflist =
        NodeDump.parse(stdout)
            .section(NodeCommand.Section.CNI_CONFIG.title())
            .map(section -> CniConflist.parse(section.text()));
    if (conflist.isEmpty()) {
      return noConfig(node);
    }
    return switch (conflist.get()) {
      case CniConflist.Calicos calicos -> new Calicos(calicos.file(), calicos.gate().state());
      case CniConflist.Foreign foreign -> new Foreign(foreign.file());
      case CniConflist.CallsOthers first ->
          new Unknown(
              FipctlException.notSeen(
                  "CniConfigNotSeen",
                  "%s on node %s is of %s, which calls another plugin that it does not name"
                      .formatted(first.file(), node, first.plugin())));
      case CniConflist.Absent absent -> noConfig(node);
      // The line itself is left out: on a node the file may hold a token.
      case CniConflist.Unreadable unreadable ->
          new Unknown(
              FipctlException.notSeen(
                  "CniConfigNotReadable",
                  "%s on node %s could not be read (%s)"
                      .formatted(unreadable.file(), node, unreadable.reason())));
    };
  }

  private static Unknown noConfig(String node) {
    return new Unknown(
        FipctlException.notSeen(
            "NoCniConfig", "node " + node + " showed no file in its CNI directory"));
  }
}
