package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s", "PT0.02S, 0s", "PT0.3S, 0.3s", "PT1S, 1s", "PT1.04S, 1s", "PT9.94S, 9.9s",
    "PT9.96S, 10s", "PT12.6S, 13s", "PT59.7S, 1m", "PT30S, 30s", "PT2M, 2m", "PT2M5S, 2m5s"
  })
  void are_printed_as_people_say_them(Duration span, String text) {
    assertThat(Durations.print(span)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0s",
    "PT0S, 0s",
    "PT45S, 45s",
    "PT119S, 119s",
    "PT2M, 2m",
    "PT179M, 179m",
    "PT3H, 3h",
    "PT47H, 47h",
    "P2D, 2d",
    "P400D, 400d"
  })
  void of_age_are_kubectls(Duration span, String text) {
    assertThat(Durations.age(span)).isEqualTo(text);
  }
}
