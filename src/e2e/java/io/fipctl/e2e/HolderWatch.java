package io.fipctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sees everything that ever becomes of an address: a watch from one version of all pods on tells of
 * each write in the order in which they were made, so that no moment between two looks is missed.
 */
final class HolderWatch implements Watcher<Pod>, AutoCloseable {
  private final String quoted;
  private final KubernetesClient client;
  private final Watch watch;
  private final Map<String, Boolean> holds = new HashMap<>();
  private final List<String> doubles = new ArrayList<>();
  private Optional<String> end = Optional.empty();
  private final CountDownLatch seenEnd = new CountDownLatch(1);
  private int samples;
  private int most;
  private int handovers;

  /** Watches from now on; until the first write things are as they are now. */
  static HolderWatch of(Path kubeconfig, String address) {
    return new HolderWatch(kubeconfig, address);
  }

  private HolderWatch(Path kubeconfig, String address) {
    this.quoted = "\"" + address + "\"";
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
            .build();
    PodList now = client.pods().inNamespace("shop").list();
    now.getItems().forEach(this::take);
    this.watch =
        client
            .pods()
            .inNamespace("shop")
            .watch(
                new ListOptionsBuilder()
                    .withResourceVersion(now.getMetadata().getResourceVersion())
                    .build(),
                this);
  }

  @Override
  public synchronized void eventReceived(Action action, Pod pod) {
    if (action == Action.DELETED) {
      holds.remove(name(pod));
    } else {
      take(pod);
    }
    if (end.filter(name -> name.equals(marker(pod))).isPresent()) {
      seenEnd.countDown();
    }
  }

  private synchronized void take(Pod pod) {
    String value = pod.getMetadata().getAnnotations().getOrDefault(TestApiServer.ANNOTATION, "");
    boolean has = value.contains(quoted);
    Boolean had = holds.put(name(pod), has);
    samples++;
    Set<String> holders = holders();
    most = Math.max(most, holders.size());
    if (has && !Boolean.TRUE.equals(had)) {
      handovers++;
    }
    if (holders.size() > 1) {
      doubles.add("at version %s: %s".formatted(pod.getMetadata().getResourceVersion(), holders));
    }
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static String marker(Pod pod) {
    return pod.getMetadata().getLabels() == null
        ? ""
        : pod.getMetadata().getLabels().getOrDefault("seen-up-to", "");
  }

  private Set<String> holders() {
    Set<String> holders = new TreeSet<>();
    holds.forEach(
        (name, has) -> {
          if (has) {
            holders.add(name);
          }
        });
    return holders;
  }

  /** Makes sure that everything written so far has been seen: a write of its own comes last. */
  HolderWatch seenAll(TestApiServer server) {
    String unique = "v" + System.nanoTime();
    synchronized (this) {
      end = Optional.of(unique);
    }
    server
        .kubectl("label", "--overwrite", "pod", "web-0", "-n", "shop", "seen-up-to=" + unique)
        .exits(0);
    try {
      Duration limit = Duration.ofSeconds(30);
      assertThat(seenEnd.await(limit.toSeconds(), TimeUnit.SECONDS))
          .as("the watch sees the last write within %s", limit)
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return this;
  }

  /** How many states of a pod were seen. */
  synchronized int samples() {
    return samples;
  }

  /** How often a pod got it. */
  synchronized int handovers() {
    return handovers;
  }

  /** How many pods had it at once, at most. */
  synchronized int most() {
    return most;
  }

  /** Every moment at which more than one pod had it. */
  synchronized List<String> doubles() {
    return List.copyOf(doubles);
  }

  @Override
  public void onClose(WatcherException cause) {
    synchronized (this) {
      doubles.add("the watch ended: " + cause);
    }
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}
