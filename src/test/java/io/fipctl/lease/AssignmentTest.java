package io.fipctl.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.lease.Assignment.State;
import io.fipctl.model.Pod;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AssignmentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"203.0.113.40\"]                  | 203.0.113.40:held",
        "[\"203.0.113.40\",\"2001:db8::1\"]  | 203.0.113.40:held 2001:db8::1:ignored",
        "[\"203.0.113.40/32\"]               | 203.0.113.40/32:ignored",
        "[\"203.0.113.40\",\"web\"]          | 203.0.113.40:held web:ignored",
        "{}                                  | {}:malformed",
        "[1]                                 | [1]:malformed"
      })
  void is_what_an_entry_amounts_to(String value, String expected) {
    assertThat(of(LabState.healthy().floatingIps("shop/web-2", value), "web-2"))
        .isEqualTo(expected);
  }

  @Test
  void is_nothing_without_an_annotation_or_with_an_empty_list() {
    assertThat(of(LabState.healthy(), "web-2")).isEmpty();
    assertThat(of(LabState.healthy().floatingIps("shop/web-2", "[]"), "web-2")).isEmpty();
  }

  @Test
  void follows_the_life_of_its_pod() {
    LabState late =
        LabState.healthy()
            .notReady("n3")
            .withPod("shop/late", "n3")
            .floatingIps("shop/late", "[\"203.0.113.70\",\"2001:db8::7\"]");

    assertThat(of(late, "late"))
        .as("whatever family it will get")
        .isEqualTo("203.0.113.70:pending 2001:db8::7:pending");
    assertThat(of(LabState.healthy().terminating("shop/web-0"), "web-0"))
        .isEqualTo("203.0.113.10:terminating");
    assertThat(of(LabState.healthy().phase("shop/web-0", "Failed"), "web-0"))
        .isEqualTo("203.0.113.10:leftover");
  }

  @Test
  void of_several_pods_is_a_duplicate_and_comes_by_number() {
    List<Assignment> all = all(LabState.healthy().floatingIps("shop/web-2", "[\"203.0.113.10\"]"));

    assertThat(all)
        .extracting(holding -> holding.text() + ":" + holding.state())
        .containsExactly(
            "203.0.113.10:duplicate",
            "203.0.113.10:duplicate",
            "203.0.113.21:held",
            "203.0.113.31:held",
            "203.0.113.32:held");
    assertThat(all.getFirst().state()).isEqualTo(State.DUPLICATE);
    assertThat(all.getFirst().isHeld()).isTrue();
  }

  @Test
  void of_an_ended_pod_makes_no_duplicate() {
    assertThat(all(LabState.healthy().floatingIps("shop/migrate-x7k2p", "[\"203.0.113.10\"]")))
        .extracting(Assignment::state)
        .contains(State.LEFTOVER)
        .doesNotContain(State.DUPLICATE);
  }

  private static String of(LabState state, String pod) {
    return String.join(
        " ",
        all(state).stream()
            .filter(holding -> holding.pod().ref().name().equals(pod))
            .map(holding -> holding.text() + ":" + holding.state())
            .toList());
  }

  private static List<Assignment> all(LabState state) {
    return Assignment.of(LabCluster.of(state).list(Kind.PODS).stream().map(Pod::of).toList());
  }
}
