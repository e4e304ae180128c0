package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("zone", "a", "example.com/rack", "r-1", "in", "x");

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "all() => true",
        "global( ) => true",
        "!all() => false",
        "has(zone) => true",
        "has( example.com/rack ) => true",
        "has(other) => false",
        "!has(other) => true",
        "zone == 'a' => true",
        "zone==\"a\" => true",
        "zone == 'b' => false",
        "zone != 'b' => true",
        "zone != 'a' => false",
        "other != 'a' => true",
        "zone in {'a', 'b'} => true",
        "zone in {} => false",
        "zone not in { 'b' } => true",
        "other not  in {'a'} => true",
        "zone not in {'a'} => false",
        "example.com/rack contains '-' => true",
        "example.com/rack starts with 'r' => true",
        "example.com/rack ends with 'r' => false",
        "zone == 'b' || zone == 'a' => true",
        "zone == 'b' && zone == 'a' || has(zone) => true",
        "zone == 'b' && (zone == 'a' || has(zone)) => false",
        "!(zone == 'b') && !!has(zone) => true",
        "zone == '&& has(x)' => false",
        "zone == 'a  b' => false"
      })
  void matches_as_calico_does(String selector, boolean matched) {
    assertThat(LabelSelector.parse(selector).matches(LABELS)).isEqualTo(matched);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zone",
        "zone = 'a'",
        "zone == a",
        "zone == 'a",
        "has()",
        "has(zone",
        "(all()",
        "all() all()",
        "&& all()",
        "zone in 'a'",
        "zone in {'a'",
        "'zone' == 'a'",
        "!",
        "zone ~ 'a'"
      })
  void refuses_what_is_no_selector(String text) {
    assertThatThrownBy(() -> LabelSelector.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
