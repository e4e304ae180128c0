package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodSelectorTest {
  private static final Map<String, String> LABELS = Map.of("app", "web", "example.com/tier", "a");

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "`` => true",
        "app=web => true",
        "app == web, example.com/tier=a => true",
        "app=web,example.com/tier=b => false",
        "app!=web => false",
        "other!=web => true",
        "app in (web,api) => true",
        "app in ( api ) => false",
        "app notin (api, db) => true",
        "other notin (api) => true",
        "app => true",
        "other => false",
        "!other => true",
        "!app => false"
      })
  void judges_as_the_API_does(String text, boolean matches) {
    assertThat(PodSelector.parse(text).matches(LABELS)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"app=web api", "=", "app in web", "app in (web"})
  void refuses_what_is_not_a_selector(String text) {
    assertThatThrownBy(() -> PodSelector.parse(text)).hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "In | web => app=web",
        "In | web,api => app in (web,api)",
        "NotIn | web => app notin (web)",
        "Exists | => app",
        "DoesNotExist | => !app"
      })
  void writes_an_expression_as_list_calls_take_it(String expression, String text) {
    String[] words = expression.split(" \\| ?", 2);
    List<String> values = words[1].isEmpty() ? List.of() : List.of(words[1].split(","));
    PodSelector selector =
        PodSelector.of(
            new ApiObject(
                Map.of(
                    "matchExpressions",
                    List.of(Map.of("key", "app", "operator", words[0], "values", values)))));

    assertThat(selector).hasToString(text);
    assertThat(PodSelector.parse(text).matches(LABELS)).isEqualTo(selector.matches(LABELS));
  }

  @Test
  void labels_and_expressions_must_both_hold() {
    PodSelector selector =
        PodSelector.of(
            new ApiObject(
                Map.of(
                    "matchLabels",
                    Map.of("app", "web"),
                    "matchExpressions",
                    List.of(Map.of("key", "canary", "operator", "Exists")))));

    assertThat(selector).hasToString("app=web,canary");
    assertThat(selector.matches(LABELS)).isFalse();
  }

  @Test
  void an_unknown_operator_is_not_taken_for_another() {
    ApiObject selector =
        new ApiObject(
            Map.of("matchExpressions", List.of(Map.of("key", "app", "operator", "Matches"))));

    assertThatThrownBy(() -> PodSelector.of(selector)).hasMessageContaining("Matches");
  }

  @Test
  void an_empty_one_is_known_as_such() {
    assertThat(PodSelector.of(ApiObject.EMPTY).isEmpty()).isTrue();
    assertThat(PodSelector.parse("app").isEmpty()).isFalse();
  }
}
