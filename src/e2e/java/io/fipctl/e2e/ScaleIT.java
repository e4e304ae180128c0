package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A cluster of 500 nodes, 10,000 pods and 2,000 floating IPs, as objects on an API server of its
 * own: every verb works, in the time that {@link ProcessResult} allows and with little memory.
 */
class ScaleIT {
  private static final TestApiServer SERVER = new TestApiServer("scale");
  private static final Path OUTPUT = Path.of(Program.property("fipctl.e2e.output"));

  private static final int NODES = 500;
  private static final int PODS = 10_000;
  private static final int ADDRESSES = 2_000;
  private static final int WRITERS = 24;
  private static final long LIMIT_KIB = 256 * 1024;

  /** The first of the pods that hold no address. */
  private static final String FREE = "app-" + ADDRESSES;

  private static final List<String> USED = new ArrayList<>();

  @BeforeAll
  static void make_the_cluster() throws Exception {
    long begun = System.nanoTime();
    try (KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(SERVER.admin().toFile()))
            .build()) {
      Map<String, ?> pool =
          Map.of(
              "apiVersion",
              "crd.projectcalico.org/v1",
              "kind",
              "IPPool",
              "metadata",
              Map.of("name", "scale"),
              "spec",
              Map.of("cidr", "198.18.0.0/16", "disabled", true, "nodeSelector", "all()"));
      client.raw("/apis/crd.projectcalico.org/v1/ippools", "POST", pool);
      each(NODES, i -> create(client, "/api/v1/nodes", Scale.node(i)));
      // A pod of calico-node on each node, and the others.
      String daemonSet =
          client
              .apps()
              .daemonSets()
              .inNamespace("kube-system")
              .withName("calico-node")
              .get()
              .getMetadata()
              .getUid();
      each(
          NODES,
          i ->
              create(
                  client, "/api/v1/namespaces/kube-system/pods", Scale.calicoNode(i, daemonSet)));
      each(
          PODS - NODES,
          i -> {
            String address = i < ADDRESSES ? address(i) : "";
            create(client, "/api/v1/namespaces/shop/pods", Scale.pod(i, i % NODES, address));
          });
    }
    System.out.printf(
        "%d nodes, %d pods and %d addresses made in %d s%n",
        NODES, PODS, ADDRESSES, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
  }

  @AfterAll
  static void show_what_was_used() {
    USED.forEach(System.out::print);
    try {
      Files.writeString(OUTPUT.resolve("scale.txt"), String.join("", USED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void status_tells_of_all_nodes() {
    assertThat(fipctl("status").exits(0).out().lines().filter(line -> line.startsWith("big-")))
        .hasSize(NODES);
  }

  @Test
  void list_has_every_address() {
    assertThat(fipctl("list", "-A", "--no-headers").exits(0).out().lines()).hasSize(ADDRESSES);
    assertThat(fipctl("list", "-A", "-o", "json").exits(0).json().path("items")).hasSize(ADDRESSES);
  }

  @Test
  void list_verify_ends_although_no_node_answers() {
    ProcessResult ran = fipctl("list", "-A", "--verify", "--no-headers").exits(0);
    assertThat(ran.out().lines()).hasSize(ADDRESSES).allMatch(line -> line.contains("unknown"));
  }

  @Test
  void one_address_is_shown() {
    fipctl("owner", address(7)).exits(0).answering("shop/app-7\n");
    assertThat(fipctl("show", address(7)).out()).contains("shop/app-7");
    assertThat(fipctl("show", "shop/app-7").out()).contains(address(7));
  }

  @Test
  void an_address_is_assigned_moved_and_released() {
    String address = address(ADDRESSES + 1);
    String other = "app-" + (ADDRESSES + 1);
    fipctl("assign", FREE, address, "-n", "shop", "--wait=false").exits(0);
    fipctl("move", address, other, "-n", "shop", "--wait=false", "--unverified").exits(0);
    assertThat(SERVER.annotation(other)).contains("[\"" + address + "\"]");
    fipctl("release", address, "--wait=false", "--unverified").exits(0);
    assertThat(SERVER.annotation(other)).isEmpty();
  }

  @Test
  void the_gates_are_looked_at() {
    // Their pods could not start again.
    fipctl("disable", "--yes", "--no-restart").exits(4).saying("app-0", "--release-all");
    fipctl("enable", "--yes", "--no-restart").exits(0).saying("kubectl rollout restart");
  }

  /** Runs the program as users start it, and takes down what it needed. */
  private static ProcessResult fipctl(String... arguments) {
    try {
      Path peak = Files.createTempFile("fipctl-e2e", ".peak");
      long begun = System.nanoTime();
      ProcessResult ran =
          SERVER.fipctlBy(
              List.of(OUTPUT.resolve("bin/peak").toString(), peak.toString()), arguments);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      long kib = Long.parseLong(Files.readString(peak).strip());
      Files.delete(peak);
      String command = String.join(" ", arguments);
      USED.add(
          "%4d MiB %5.1f s  fipctl %s%n".formatted(kib / 1024, took.toMillis() / 1000.0, command));
      assertThat(kib).as("KiB of memory: %s", command).isLessThan(LIMIT_KIB);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String address(int i) {
    return "198.18.%d.%d".formatted(i / 250, 1 + i % 250);
  }

  private static void create(KubernetesClient client, String path, Map<String, ?> object) {
    client.raw(path, "POST", object);
    String name = ((Map<?, ?>) object.get("metadata")).get("name").toString();
    client.raw(path + "/" + name + "/status", "PUT", object);
  }

  /** Does it for 0 to count-1, some at a time. */
  private static void each(int count, IntConsumer action) throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(writers.submit(() -> action.accept(number)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }
}
