package io.fipctl.change.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangePlanTest {
  private final List<String> heard = new ArrayList<>();

  @Test
  void takes_its_steps_in_order() {
    plan(Set.of()).apply(Progress.SILENT);

    assertThat(heard).containsExactly("do a", "do b", "do c");
  }

  @Test
  void is_undone_from_the_failing_step_back_and_ends_with_the_cause() {
    FipctlException cause = failure(plan(Set.of("do b")));

    assertThat(cause).hasMessage("no do b").extracting("exitCode").isEqualTo(ExitCode.NOT_SEEN);
    assertThat(heard).containsExactly("do a", "do b", "undo b", "undo a");
  }

  @Test
  void a_failing_undo_ends_with_8_and_what_is_left_to_do_by_hand() {
    FipctlException left = failure(plan(Set.of("do c", "undo b")));

    assertThat(left.exitCode()).isEqualTo(ExitCode.HALF_DONE);
    assertThat(left.changed()).isTrue();
    assertThat(left)
        .hasMessage("no do c, and taking it back failed at 'b': no undo b")
        .hasCauseInstanceOf(FipctlException.class);
    assertThat(left.hints())
        .containsExactly("fipctl list -A --verify   # what stands now", "back b", "back a");
    assertThat(heard).containsExactly("do a", "do b", "do c", "undo c", "undo b");
  }

  @Test
  void is_tried_on_the_server_as_a_whole() {
    plan(Set.of()).tryOnServer();

    assertThat(heard).containsExactly("try a", "try b", "try c");
  }

  @Test
  void says_what_it_does() {
    List<String> steps = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void step(String what) {
            steps.add(what);
          }

          @Override
          public void warning(String what) {}
        };

    assertThatThrownBy(() -> plan(Set.of("do b")).apply(progress)).hasMessage("no do b");

    assertThat(steps).containsExactly("a", "b", "undo: b", "undo: a");
  }

  @Test
  void without_steps_is_empty() {
    assertThat(ChangePlan.of().isEmpty()).isTrue();
    assertThat(plan(Set.of()).isEmpty()).isFalse();
  }

  private static FipctlException failure(ChangePlan plan) {
    return catchThrowableOfType(FipctlException.class, () -> plan.apply(Progress.SILENT));
  }

  private ChangePlan plan(Set<String> failing) {
    return ChangePlan.of(step("a", failing), step("b", failing), step("c", failing));
  }

  private Step step(String name, Set<String> failing) {
    return new Step() {
      @Override
      public String describe() {
        return name;
      }

      @Override
      public String byHand() {
        return "back " + name;
      }

      @Override
      public void tryOnServer() {
        hear("try ");
      }

      @Override
      public void apply(Progress progress) {
        hear("do ");
      }

      @Override
      public void undo(Progress progress) {
        hear("undo ");
      }

      private void hear(String what) {
        heard.add(what + name);
        if (failing.contains(what + name)) {
          throw FipctlException.notSeen("Failing", "no " + what + name);
        }
      }
    };
  }
}
