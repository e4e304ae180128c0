package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.Cluster;
import io.fipctl.kube.client.FakeKubelet.Frame;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.node.Streams;
import io.fipctl.node.Streams.Person;
import io.fipctl.node.Streams.Size;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AttachedSessionTest {
  private static final List<String> ROUTE = List.of("ip", "route", "get", "a b");

  private final FakeKubelet kubelet = new FakeKubelet();
  private final Cluster cluster = kubelet.cluster();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void run_calico_node() {
    kubelet.pods =
        """
        {"items": [{"metadata": {"name": "calico-node-abc", "namespace": "kube-system",
            "ownerReferences": [{"kind": "DaemonSet", "uid": "ds", "controller": true}]},
          "spec": {"nodeName": "n1", "hostNetwork": true, "containers": [{"name": "calico-node"}]},
          "status": {"phase": "Running", "containerStatuses": [
            {"name": "calico-node", "ready": true, "state": {"running": {}}}]}}]}
        """;
  }

  @AfterEach
  void stop() {
    cluster.close();
    kubelet.close();
  }

  private Streams streams(Optional<Person> person) {
    return new Streams(person, out, err);
  }

  @Test
  void a_command_is_run_as_it_is_and_its_exit_code_passed_on() {
    kubelet.frames.addAll(
        List.of(
            new Frame(1, "one\n"),
            new Frame(2, "oh\n"),
            new Frame(1, "two\n"),
            new Frame(
                3,
                "{\"status\":\"Failure\",\"details\":{\"causes\":"
                    + "[{\"reason\":\"ExitCode\",\"message\":\"42\"}]}}")));

    int exitCode = cluster.nodes().attach("n1", ROUTE, streams(Optional.empty()));

    assertThat(exitCode).isEqualTo(42);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("oh\n");
    assertThat(kubelet.asked.getLast())
        .isEqualTo(
            "/api/v1/namespaces/kube-system/pods/calico-node-abc/exec?stdout=true&stderr=true"
                + "&container=calico-node&command=ip&command=route&command=get&command=a b");
  }

  @Test
  void a_program_that_cannot_be_started_is_told_in_the_runtimes_words() {
    kubelet.frames.add(
        new Frame(3, "{\"status\":\"Failure\",\"message\":\"exec: nonsense: not found\"}"));

    FipctlException failure =
        catchThrowableOfType(
            FipctlException.class,
            () -> cluster.nodes().attach("n1", ROUTE, streams(Optional.empty())));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_SEEN);
    assertThat(failure.getMessage()).contains("exec: nonsense: not found");
  }

  @Test
  void exec_that_is_forbidden_names_the_rule() {
    kubelet.refusals.add(403);
    kubelet.words =
        FakeApiServer.status(403, "Forbidden", "User \"a\" cannot create resource \"pods/exec\"");

    FipctlException failure =
        catchThrowableOfType(
            FipctlException.class,
            () -> cluster.nodes().attach("n1", ROUTE, streams(Optional.empty())));

    assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(failure.hint().orElseThrow()).contains("resources: [\"pods/exec\"]");
  }

  @Test
  void keys_and_sizes_go_to_the_node_as_they_come() throws Exception {
    kubelet.held = new CountDownLatch(1);
    kubelet.frames.add(new Frame(3, "{\"status\":\"Success\"}"));
    PipedOutputStream keys = new PipedOutputStream();
    Typist typist = new Typist(new PipedInputStream(keys));
    CompletableFuture<Integer> exitCode =
        CompletableFuture.supplyAsync(
            () -> cluster.nodes().attach("n1", List.of("sh"), streams(Optional.of(typist))));

    assertThat(next()).isEqualTo(new Frame(4, "{\"Width\":80,\"Height\":24}"));
    keys.write("ls\r".getBytes(StandardCharsets.UTF_8));
    keys.flush();
    assertThat(next()).isEqualTo(new Frame(0, "ls\r"));
    keys.write(3);
    keys.flush();
    assertThat(next()).isEqualTo(new Frame(0, "\u0003"));
    typist.listener().accept(new Size(132, 43));
    assertThat(next()).isEqualTo(new Frame(4, "{\"Width\":132,\"Height\":43}"));
    kubelet.held.countDown();

    assertThat(exitCode.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(kubelet.asked.getLast()).contains("exec?stdin=true&stdout=true&tty=true&");
  }

  private Frame next() throws InterruptedException {
    return kubelet.typed.poll(10, TimeUnit.SECONDS);
  }

  /** Somebody who types. */
  private record Typist(InputStream in, BlockingQueue<Consumer<Size>> listeners) implements Person {
    private Typist(InputStream in) {
      this(in, new LinkedBlockingQueue<>());
    }

    private Consumer<Size> listener() throws InterruptedException {
      return listeners.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public Size size() {
      return new Size(80, 24);
    }

    @Override
    public void onResize(Consumer<Size> listener) {
      listeners.add(listener);
    }
  }
}
