package io.fipctl.lab;

import io.fipctl.kube.CalicoDaemonSet;
import io.fipctl.kube.CalicoNodePod;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.DebugPodShell;
import io.fipctl.lab.simulation.LabRoutes;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lab.simulation.NodeState;
import io.fipctl.lab.simulation.NodeState.Flow;
import io.fipctl.lab.text.NodeText;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodRef;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeCommand.Await;
import io.fipctl.node.NodeCommand.DeleteFlows;
import io.fipctl.node.NodeCommand.Flows;
import io.fipctl.node.NodeCommand.Read;
import io.fipctl.node.NodeCommand.Section;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The nodes of the practice cluster: commands answered from what Felix programmed there. */
final class LabNodes implements NodeShell {
  /** The exit status of {@code timeout} for what did not end in time. */
  private static final int TIMED_OUT = 124;

  /** What a wait on a node looks at. */
  private static final Set<Section> WATCHED =
      Set.of(
          Section.IPTABLES_NFT,
          Section.IPTABLES_LEGACY,
          Section.IP6TABLES_NFT,
          Section.IP6TABLES_LEGACY,
          Section.NFT,
          Section.ROUTES);

  private final LabStore store;
  private final Faults faults;
  private final Cluster cluster;

  LabNodes(LabStore store, Faults faults, Cluster cluster) {
    this.store = store;
    this.faults = faults;
    this.cluster = cluster;
  }

  @Override
  public Running start(String node, NodeCommand command) {
    Function<LabState, ApiObject> calicoNode = calicoNode(node);
    store.read(calicoNode);
    return new Answer(node, command, calicoNode);
  }

  @Override
  public int attach(String node, List<String> argv, Streams streams) {
    Function<LabState, ApiObject> calicoNode = calicoNode(node);
    store.read(state -> entered(state, node, calicoNode.apply(state)));
    return run(node, argv, streams);
  }

  /** The way into debug pods, which stand on the same nodes. */
  DebugPodShell.Inside debugPods() {
    return new DebugPodShell.Inside() {
      @Override
      public Running start(String node, PodRef pod, NodeCommand command) {
        return new Answer(node, command, state -> debugPod(state, pod));
      }

      @Override
      public int attach(String node, PodRef pod, List<String> argv, Streams streams) {
        store.read(state -> entered(state, node, debugPod(state, pod)));
        return run(node, argv, streams);
      }
    };
  }

  private static ApiObject debugPod(LabState state, PodRef pod) {
    return state
        .find(Kind.PODS, pod.namespace(), pod.name())
        .orElseThrow(() -> FipctlException.notSeen("NodeNotReadable", pod + " has gone"));
  }

  /** A command's answer, which is made when it is asked for. */
  private final class Answer implements Running {
    private final String node;
    private final NodeCommand command;
    private final Function<LabState, ApiObject> pod;

    private Answer(String node, NodeCommand command, Function<LabState, ApiObject> pod) {
      this.node = node;
      this.command = command;
      this.pod = pod;
    }

    @Override
    public void awaitBegun() {
      // Nothing runs between two calls.
    }

    @Override
    public Output output() {
      store.read(state -> entered(state, node, pod.apply(state)));
      return answer(node, command);
    }

    @Override
    public void close() {
      // Nothing runs between two calls.
    }
  }

  /** The programs that the lab has: those of the sections, written out. */
  private int run(String node, List<String> argv, Streams streams) {
    String words = String.join(" ", argv);
    if (streams.person().isPresent()) {
      throw FipctlException.unsupported(
          "NoShellInTheLab",
          "the nodes of the practice cluster have no shell",
          "give a command: fipctl node-shell %s -- ip route show".formatted(node));
    }
    NodeText.Printed printed =
        Stream.of(Section.values())
            .filter(section -> section.isPrintedBy(words))
            .findFirst()
            .map(
                section ->
                    store.read(state -> new NodeText(state, node).of(section, Read.of(section))))
            .orElseGet(() -> new NodeText.Printed("", argv.getFirst() + ": not in the lab\n", 127));
    write(streams.out(), printed.text());
    write(streams.err(), printed.complaint());
    return printed.status();
  }

  private static void write(OutputStream stream, String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The running calico-node pod of a node; without one nobody can look, which is seen at once. */
  private Function<LabState, ApiObject> calicoNode(String node) {
    CalicoDaemonSet owner = CalicoNodePod.owner(cluster, node);
    return state -> CalicoNodePod.on(node, owner, state.list(Kind.PODS));
  }

  /** The pod that answers; whether it does is known only when the answer is asked for. */
  private static ApiObject entered(LabState state, String node, ApiObject pod) {
    state
        .refusals()
        .require(
            Access.to("create", Kind.PODS, pod.namespace()).sub("exec"),
            "no permission to exec in " + pod.namespace() + ": ",
            "create",
            "get");
    if (!state.isReady(node)) {
      throw FipctlException.notSeen(
          "NodeNotReadable",
          "the API server cannot reach the kubelet of node %s (exec in pod %s/%s answers HTTP 502)"
              .formatted(node, pod.namespace(), pod.name()),
          "is the node ready? see kubectl get node " + node);
    }
    return pod;
  }

  private Output answer(String node, NodeCommand command) {
    return switch (command) {
      case Read read -> store.read(state -> sections(state, node, read));
      case Flows flows -> {
        String text = store.read(state -> flows(state, node, flows.address()));
        Faults.Said said = faults.said(node, Section.FLOWS, new Faults.Said(text, 0));
        yield new Output(said.status(), said.text(), "", took());
      }
      case Await await -> waited(node, await);
      case DeleteFlows delete -> printed(store.change(state -> delete(state, node, delete)) + "\n");
    };
  }

  /** The wait, and what it deletes when it ends well. */
  private Output waited(String node, Await await) {
    // What cannot be read is never as it should be.
    if (faults.anyOf(node, WATCHED) || !store.read(state -> isThere(state, node, await))) {
      return new Output(TIMED_OUT, Await.BEGUN + "\n", "", took());
    }
    String right = await.rightSource().toString();
    Predicate<Flow> stale =
        flow ->
            flow.destination().equals(await.address().toString())
                && !flow.replySource().equals(right);
    String deleted = store.read(state -> text(state, node, stale));
    if (!deleted.isEmpty()) {
      store.change(state -> delete(state, node, stale));
    }
    return printed(Await.BEGUN + "\n" + deleted + Await.THERE + "\n");
  }

  private static int delete(LabState state, String node, Predicate<Flow> stale) {
    List<Flow> kept = new ArrayList<>(state.kernel(node).flows());
    kept.removeIf(stale);
    state.kernel(node, state.kernel(node).withFlows(kept));
    return kept.size();
  }

  private static Output printed(String text) {
    return new Output(0, text, "", took());
  }

  private static Duration took() {
    return Duration.ofMillis(20);
  }

  private Output sections(LabState state, String node, Read read) {
    StringBuilder stdout = new StringBuilder();
    StringBuilder stderr = new StringBuilder();
    NodeText texts = new NodeText(state, node);
    for (Section section : read.sections()) {
      NodeText.Printed printed = texts.of(section, read);
      Faults.Said said =
          faults.said(node, section, new Faults.Said(printed.text(), printed.status()));
      frame(stdout, section, said.text(), said.status());
      frame(stderr, section, printed.complaint(), said.status());
    }
    return new Output(0, stdout.toString(), stderr.toString(), took());
  }

  private static void frame(StringBuilder text, Section section, String printed, int status) {
    text.append("@@fipctl ").append(section.title()).append('\n').append(printed);
    text.append("\n@@fipctl-end %s %d\n".formatted(section.title(), status));
  }

  /** {@code conntrack -L -o extended --orig-dst ADDRESS}. */
  private static String flows(LabState state, String node, IpAddress address) {
    return text(state, node, flow -> flow.destination().equals(address.toString()));
  }

  private static String text(LabState state, String node, Predicate<Flow> wanted) {
    return state.kernel(node).flows().stream()
        .filter(wanted)
        .map(Flow::printed)
        .collect(Collectors.joining());
  }

  /**
   * Deletes by tuple; as in the script, what counts is each {@code conntrack -D} that found one.
   */
  private static int delete(LabState state, String node, DeleteFlows delete) {
    int deleted = 0;
    for (List<String> tuple : delete.tuples()) {
      Map<String, String> wanted = options(tuple);
      List<Flow> kept = new ArrayList<>(state.kernel(node).flows());
      if (kept.removeIf(flow -> fields(flow).entrySet().containsAll(wanted.entrySet()))) {
        deleted++;
        state.kernel(node, state.kernel(node).withFlows(kept));
      }
    }
    return deleted;
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "-f", "--family" -> options.put("family", value);
        case "-p", "--proto" -> options.put("protocol", value);
        case "-s", "--src", "--orig-src" -> options.put("source", value);
        case "-d", "--dst", "--orig-dst" -> options.put("destination", value);
        case "--sport", "--orig-port-src" -> options.put("sourcePort", value);
        case "--dport", "--orig-port-dst" -> options.put("destinationPort", value);
        case "-r", "--reply-src" -> options.put("replySource", value);
        case "-q", "--reply-dst" -> options.put("source", value);
        default ->
            throw new IllegalArgumentException("conntrack knows no option " + arguments.get(i));
      }
    }
    return options;
  }

  private static Map<String, String> fields(Flow flow) {
    return Map.of(
        "family", flow.destination().contains(":") ? "ipv6" : "ipv4",
        "protocol", flow.protocol(),
        "source", flow.source(),
        "destination", flow.destination(),
        "sourcePort", String.valueOf(flow.sourcePort()),
        "destinationPort", String.valueOf(flow.destinationPort()),
        "replySource", flow.replySource());
  }

  private static boolean isThere(LabState state, String node, Await await) {
    NodeState kernel = state.kernel(node);
    String address = await.address().toString();
    return switch (await.wanted()) {
      case Await.Wanted.LeadsTo pod ->
          pod.podAddress().toString().equals(kernel.dnat().get(address))
              && kernel.routes().containsKey(address);
      case Await.Wanted.Gone gone ->
          !kernel.dnat().containsKey(address) && !kernel.routes().containsKey(address);
      case Await.Wanted.RoutedVia route ->
          !kernel.dnat().containsKey(address)
              && LabRoutes.of(state, node).stream()
                  .filter(each -> each.destination().equals(await.address().asCidr()))
                  .anyMatch(each -> each.gateways().contains(route.nextHop().toString()));
    };
  }
}
