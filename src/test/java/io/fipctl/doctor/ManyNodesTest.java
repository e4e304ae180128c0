package io.fipctl.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.LiveEvidence;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.FieldMask;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.LockOptions;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import io.fipctl.node.NodeAccess;
import io.fipctl.node.NodeCommand;
import io.fipctl.node.NodeShell;
import io.fipctl.node.Streams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What five hundred nodes cost, on a clock that only visits move: each round of as many visits as
 * may go on at once takes as long as the slowest of them.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ManyNodesTest {
  private static final int NODES = 500;
  private static final Duration VISIT = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final LabCluster lab = LabCluster.of(LabState.healthy());

  /** Nodes that take their time: a visit ends when as many others have begun as may. */
  private final class SlowNodes implements NodeShell {
    private final Set<String> silent;
    private final CyclicBarrier round;
    private final List<WeakReference<NodeEvidence>> read = new ArrayList<>();
    private final Map<String, Integer> visits = new TreeMap<>();
    private Duration slowest = Duration.ZERO;
    private Duration clock = Duration.ZERO;
    private int rounds;
    private long mostKept;

    SlowNodes(int parallelism, String... silent) {
      this.silent = Set.of(silent);
      this.round = new CyclicBarrier(parallelism, this::roundEnds);
    }

    /** Every worker waits on a node here, so whatever was read before is of no use to anybody. */
    private synchronized void roundEnds() {
      clock = clock.plus(slowest);
      slowest = Duration.ZERO;
      rounds++;
      if (rounds % 10 == 0) {
        mostKept = Math.max(mostKept, kept());
      }
    }

    private synchronized long kept() {
      // A collection that is asked for need not be done at once.
      long kept = read.size();
      for (int tries = 0; tries < 20 && kept > 0; tries++) {
        System.gc();
        kept = read.stream().filter(it -> it.get() != null).count();
      }
      return kept;
    }

    private synchronized void begins(String node) {
      visits.merge(node, 1, Integer::sum);
      Duration takes = silent.contains(node) ? LIMIT : VISIT;
      slowest = takes.compareTo(slowest) > 0 ? takes : slowest;
    }

    @Override
    public Running start(String node, NodeCommand command) {
      return new Running() {
        @Override
        public void awaitBegun() {}

        @Override
        public Output output() {
          begins(node);
          try {
            round.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("fewer visits than may be go on at once", e);
          }
          if (silent.contains(node)) {
            throw FipctlException.notSeen(
                "NodeTimeout", "node %s did not answer within 20s".formatted(node));
          }
          boolean own = lab.get(Kind.NODES, "", node).isPresent();
          return lab.nodes().run(own ? node : "n3", command);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public int attach(String node, List<String> argv, Streams streams) {
      throw new AssertionError("nobody asks for a shell");
    }

    private Report examined(int parallelism) {
      Evidence live =
          LiveEvidence.read(
              many(this),
              NodeAccess.EXEC,
              LockOptions.NAMESPACE,
              Optional.empty(),
              Catalogue.files(check -> true),
              Instant.parse("2026-01-05T08:00:00Z"));
      Evidence watched =
          new Evidence(
              live.origin(),
              live.kinds(),
              live.groups(),
              live.nodes().heardBy((node, seen) -> keepTrack(seen)));
      return Doctor.examine(watched, Selection.ALL, parallelism, Progress.SILENT);
    }

    private synchronized void keepTrack(Fetched<NodeEvidence> seen) {
      if (seen instanceof Fetched.Read<NodeEvidence> evidence) {
        read.add(new WeakReference<>(evidence.value()));
      }
    }
  }

  /** The practice cluster with more nodes like n3 than it could have. */
  private Cluster many(NodeShell nodes) {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "nodes" -> nodes;
                  case "list" -> listed((Kind) arguments[0], (Cluster.Scope) arguments[1]);
                  default -> passed(method, arguments);
                });
  }

  private Object passed(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(lab, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private List<ApiObject> listed(Kind kind, Cluster.Scope scope) {
    List<ApiObject> own = lab.list(kind, scope);
    return Stream.concat(
            own.stream(),
            own.stream().filter(object -> isOfN3(kind, object)).flatMap(ManyNodesTest::others))
        .toList();
  }

  private static boolean isOfN3(Kind kind, ApiObject object) {
    return switch (kind.plural()) {
      case "nodes" -> object.name().equals("n3");
      case "pods" ->
          object.name().startsWith("calico-node-")
              && object.text("spec", "nodeName").filter("n3"::equals).isPresent();
      default -> false;
    };
  }

  private static Stream<ApiObject> others(ApiObject object) {
    String text = ApiJson.write(object.tree());
    return IntStream.rangeClosed(4, NODES)
        .mapToObj(
            i ->
                text.replace("\"n3\"", "\"n" + i + "\"")
                    .replace("172.31.99.13", "172.31.%d.%d".formatted(100 + i / 250, 1 + i % 250))
                    .replace("calico-node-", "calico-node-" + i + "-")
                    .replace(object.uid(), "uid-" + i))
        .map(ManyNodesTest::read);
  }

  private static ApiObject read(String json) {
    try {
      return ApiJson.read(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), FieldMask.ALL);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50})
  void the_cost_grows_with_the_nodes_by_how_many_are_visited_at_once(int parallelism) {
    SlowNodes nodes = new SlowNodes(parallelism);

    Report report = nodes.examined(parallelism);

    assertThat(nodes.clock).isEqualTo(VISIT.multipliedBy(NODES / parallelism));
    assertThat(nodes.visits)
        .hasSize(NODES)
        .allSatisfy((node, visits) -> assertThat(visits).isOne());
    assertThat(report.nodes()).isEqualTo(NODES);
    assertThat(report.complete()).isTrue();
    assertThat(RecordingsTest.found(report)).isEmpty();
  }

  @Test
  void a_node_that_does_not_answer_costs_its_time_once_and_the_rest_is_complete() {
    SlowNodes nodes = new SlowNodes(10, "n250");

    Report report = nodes.examined(10);

    assertThat(nodes.clock).isEqualTo(VISIT.multipliedBy(NODES / 10 - 1).plus(LIMIT));
    assertThat(nodes.visits.get("n250")).isOne();
    assertThat(report.unread()).containsOnlyKeys("n250");
    assertThat(report.nodes()).isEqualTo(NODES - 1);
    assertThat(RecordingsTest.found(report)).isEmpty();
    for (Result result : report.results()) {
      boolean onNodes = result.check().needsNodes();
      assertThat(result.status())
          .as(result.check().id())
          .isEqualTo(onNodes ? Status.UNKNOWN : Status.OK);
      assertThat(result.gaps().stream().filter(Result.Gap::unknown).map(Result.Gap::where))
          .as(result.check().id())
          .isEqualTo(onNodes ? List.of("node/n250") : List.of());
    }
  }

  @Test
  void what_nodes_printed_is_given_up_as_soon_as_it_is_judged() {
    SlowNodes nodes = new SlowNodes(10);

    Report report = nodes.examined(10);

    assertThat(nodes.read).hasSize(NODES);
    assertThat(nodes.mostKept).isZero();
    assertThat(nodes.kept()).isZero();
    assertThat(report.nodes()).isEqualTo(NODES);
  }
}
