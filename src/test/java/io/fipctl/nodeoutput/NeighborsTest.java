package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighborsTest {
  @Test
  void reads_who_answered_and_who_did_not() {
    Neighbors neighbors = Neighbors.parse(Recordings.text("tools/ip-neigh.json"));

    assertThat(neighbors.faults()).isEmpty();
    assertThat(neighbors.neighbors()).hasSize(5);
    assertThat(neighbors.of(IpAddress.parse("10.0.0.7")))
        .containsExactly(
            new Neighbors.Neighbor(
                IpAddress.parse("10.0.0.7"),
                "d0",
                Optional.of("02:00:00:00:00:01"),
                List.of("PERMANENT")));
    assertThat(neighbors.of(IpAddress.parse("10.0.0.9")).getFirst().hasFailed()).isTrue();
    assertThat(neighbors.of(IpAddress.parse("10.0.0.9")).getFirst().mac()).isEmpty();
    assertThat(neighbors.of(IpAddress.parse("fd00:1::9")).getFirst().hasFailed()).isFalse();
    assertThat(neighbors.of(IpAddress.parse("10.0.0.99"))).isEmpty();
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        Neighbors neighbors =
            Neighbors.parse(Recordings.text(situation + "/" + node + "/ip-neigh.json"));
        assertThat(neighbors.faults()).isEmpty();
        assertThat(neighbors.neighbors()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | no JSON: unexpected 'x'",
        "{} | no list of neighbors",
        "[{\"dev\": \"d0\"}] | a neighbor without address",
        "[{\"dst\": \"nobody\"}] | a neighbor without address",
      })
  void what_is_not_understood_is_a_fault(String json, String problem) {
    assertThat(Neighbors.parse(json).faults())
        .singleElement()
        .extracting(ParseProblem::problem)
        .isEqualTo(problem);
  }
}
