package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  @Test
  void shows_what_holds_for_the_cluster_and_for_each_node() {
    CliFixture.Result result = CliFixture.on(LabState.healthy()).run("status");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsPattern("Calico: +v3\\.\\d+\\.\\d+, kube-system/calico-node")
        .containsPattern("Datastore: +kubernetes")
        .containsPattern("Routes by: +bird")
        .containsPattern("API group: +crd\\.projectcalico\\.org/v1")
        .containsPattern("Operator: +no")
        .containsPattern("Addresses: +4 on 3 pods")
        .contains("NODE   READY   CNI-GATE   FELIX-GATE   CNI-CONFIG")
        .containsPattern("n1 +yes +on +on +\\S*10-calico\\.conflist");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, on, on, ''",
    "true, false, on, off, ''",
    "false, true, off, on, works until it is created again",
    "false, false, off, off, ''"
  })
  void shows_both_gates_in_every_combination(
      boolean cni, boolean felix, String cniWord, String felixWord, String problem) {
    CliFixture runs = CliFixture.on(LabState.fresh().gates(cni, felix));

    String text = runs.ok("status");

    assertThat(text)
        .containsPattern("CNI gate: +" + cniWord)
        .containsPattern("Felix gate: +" + felixWord)
        .containsPattern("n3 +yes +" + cniWord + " +" + felixWord)
        .contains(problem);
    assertThat(runs.ok("status", "-o", "json"))
        .contains("\"cniGate\" : \"" + cniWord + "\"", "\"felixGate\" : \"" + felixWord + "\"");
  }

  @Test
  void a_node_that_cannot_be_read_is_unknown_and_says_why() {
    CliFixture runs = CliFixture.on(LabState.healthy());
    runs.cluster().change(state -> state.notReady("n2"));

    CliFixture.Result result = runs.run("status");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("n1 +yes +on +on")
        .containsPattern("n2 +no +unknown +on +<unknown>")
        .contains("node n2: ");
  }

  @Test
  void names_the_file_that_comes_before_Calicos() {
    String text =
        CliFixture.on(LabState.healthy().cniFile("n2", "05-other.conf", "{\"type\": \"other\"}"))
            .ok("status");

    assertThat(text)
        .containsPattern("n2 +yes +no effect +on +\\S*05-other\\.conf")
        .contains("comes first and is not Calico's");
  }

  @Test
  void prints_the_nodes_as_names_and_sorts_them() {
    CliFixture runs = CliFixture.on(LabState.healthy());

    assertThat(runs.ok("status", "-o", "name")).isEqualTo("node/n1\nnode/n2\nnode/n3\n");
    assertThat(runs.ok("status", "-o", "yaml"))
        .startsWith("apiVersion: fipctl.io/v1\nkind: ClusterStatus\n")
        .contains("problems: []", "overrides: []");
    assertThat(runs.run("status", "--sort-by", "colour").exitCode()).isEqualTo(2);
  }
}
