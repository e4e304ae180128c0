package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LabTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void choose_a_file() {
    file = directory.resolve("deep/lab.json");
  }

  @Test
  void is_as_old_as_its_start() {
    Instant before = Instant.now().minusSeconds(1);

    Lab.start(file);

    assertThat(Lab.open(file).list(Kind.PODS))
        .isNotEmpty()
        .allSatisfy(pod -> assertThat(Pod.of(pod).created().orElseThrow()).isAfter(before));
  }

  @Test
  void the_file_is_where_the_XDG_specification_says() {
    String home = "/home/ada";
    Path usual = Path.of("/home/ada/.local/state/fipctl/lab.json");

    assertThat(Lab.defaultFile(Map.of("HOME", home))).contains(usual);
    assertThat(Lab.defaultFile(Map.of("HOME", home, "XDG_STATE_HOME", "/var/s")))
        .contains(Path.of("/var/s/fipctl/lab.json"));
    assertThat(Lab.defaultFile(Map.of("HOME", home, "XDG_STATE_HOME", ""))).contains(usual);
    assertThat(Lab.defaultFile(Map.of("HOME", home, "XDG_STATE_HOME", "relative"))).contains(usual);
    assertThat(Lab.defaultFile(Map.of())).isEmpty();
  }

  @Test
  void a_lab_that_was_not_started_is_refused_with_what_to_type() {
    assertThat(Lab.isStarted(file)).isFalse();
    assertThatThrownBy(() -> Lab.open(file))
        .isInstanceOfSatisfying(
            FipctlException.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
              assertThat(failure.hint()).contains("fipctl lab start");
            });
  }

  @Test
  void a_started_lab_is_there_for_the_next_command_until_it_is_stopped() {
    assertThat(Lab.start(file)).isTrue();
    annotate("web-0", "[\"203.0.113.10\"]");

    assertThat(Lab.start(file)).isFalse();
    assertThat(Lab.open(file).get(Kind.PODS, "shop", "web-0").orElseThrow())
        .extracting(pod -> pod.annotation(FloatingIps.KEY).orElse(""))
        .isEqualTo("[\"203.0.113.10\"]");
    assertThat(Lab.stop(file)).isTrue();
    assertThat(Lab.stop(file)).isFalse();
    assertThat(Lab.isStarted(file)).isFalse();
  }

  @Test
  void it_behaves_as_the_one_in_memory_does() {
    Lab.start(file, LabState.healthy());

    assertThat(Lab.open(file).state().kernel("n1"))
        .isEqualTo(LabCluster.of(LabState.healthy()).state().kernel("n1"));
  }

  @Test
  void what_is_no_object_is_kept_too() {
    Lab.start(file, LabState.healthy());
    Lab.open(file).change(state -> state.stuck("n1").deny("list", "nodes"));
    Lab.open(file).change(state -> state.withoutFloatingIps("shop/web-0"));

    assertThat(Lab.open(file).state().kernel("n1").dnat()).containsKey("203.0.113.10");
    assertThatThrownBy(() -> Lab.open(file).list(Kind.NODES)).hasMessageContaining("cannot list");
  }

  @Test
  void a_file_that_is_no_lab_is_named() throws IOException {
    Lab.start(file);
    Files.writeString(file, "{\"version\":");

    assertThatThrownBy(() -> Lab.open(file))
        .hasMessageContaining(file.toString())
        .extracting(failure -> ((FipctlException) failure).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void who_finds_it_being_changed_waits_and_then_says_so() throws IOException {
    Lab.start(file);
    LabCluster impatient = new LabCluster(new LabFile(file, InstantSource.system(), Duration.ZERO));
    Path lock = file.resolveSibling("lab.json.lock");

    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThatThrownBy(() -> impatient.delete(Kind.PODS, "shop", "web-0"))
          .extracting(failure -> ((FipctlException) failure).reason())
          .isEqualTo("LabBusy");
    }
    assertThat(impatient.get(Kind.PODS, "shop", "web-0")).isPresent();
  }

  @Test
  void of_many_writers_at_once_none_is_lost() {
    Lab.start(file);
    List<String> names = IntStream.range(0, 8).mapToObj(i -> "map-" + i).toList();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String name : names) {
        threads.execute(
            () ->
                Lab.open(file)
                    .create(
                        Kind.CONFIG_MAPS,
                        new ApiObject(
                            Map.of("metadata", Map.of("name", name, "namespace", "shop"))),
                        WriteMode.REAL));
      }
    }

    assertThat(Lab.open(file).list(Kind.CONFIG_MAPS))
        .extracting(ApiObject::name)
        .containsAll(names);
  }

  @Test
  void a_watch_sees_what_another_process_writes() {
    Lab.start(file);

    Lab.open(file)
        .watch(
            Kind.CONFIG_MAPS,
            Scope.in("kube-system"),
            change -> {
              if (change.type().equals("MODIFIED")) {
                return false;
              }
              Lab.open(file).change(state -> state.gates(true, true));
              return true;
            });

    assertThat(Lab.open(file).state().kernel("n1").cniFiles()).isNotEmpty();
  }

  private void annotate(String pod, String value) {
    Lab.open(file)
        .patch(
            Kind.PODS,
            "shop",
            pod,
            JsonPatch.of(JsonPatch.add(Map.of(FloatingIps.KEY, value), "metadata", "annotations")),
            WriteMode.REAL);
  }

  @Test
  void a_file_of_the_old_form_which_says_no_format_is_read_and_gets_one() throws IOException {
    try (InputStream old = LabTest.class.getResourceAsStream("/formats/lab-0.json")) {
      Files.createDirectories(file.getParent());
      Files.copy(old, file);
    }

    LabCluster lab = Lab.open(file);
    lab.change(state -> state.floatingIps("shop/web-2", "[\"203.0.113.40\"]"));

    assertThat(Pod.of(lab.get(Kind.PODS, "shop", "web-2").orElseThrow()).held()).isNotEmpty();
    assertThat(Files.readString(file)).contains("\"format\":1");
  }

  @Test
  void a_file_of_a_newer_fipctl_is_left_alone() throws IOException {
    for (String newer : List.of("{\"format\":2}", "{\"format\":2,\"weather\":\"rain\"}")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, newer);

      assertThatThrownBy(() -> Lab.open(file))
          .isInstanceOfSatisfying(
              FipctlException.class,
              refusal -> assertThat(refusal.exitCode()).isEqualTo(ExitCode.UNSUPPORTED))
          .hasMessageContaining("was written by a newer fipctl");
      assertThat(file).hasContent(newer);
    }
  }
}
