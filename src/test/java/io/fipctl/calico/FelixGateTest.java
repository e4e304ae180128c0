package io.fipctl.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.calico.FelixGate.State;
import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonText;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FelixGateTest {
  private static final String DEFAULT_ON =
      "{'metadata': {'name': 'default'}, 'spec': {'floatingIPs': 'Enabled'}}";
  private static final String DEFAULT_OFF =
      "{'metadata': {'name': 'default'}, 'spec': {'floatingIPs': 'Disabled'}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Enabled | ON | 0",
        "enabled | ON | 0",
        "ENABLED | ON | 0",
        "Disabled | OFF | 0",
        "none | OFF | 0",
        "true | OFF | 1",
        "`Enabled ` | OFF | 1",
        "`` | OFF | 0"
      })
  void takes_a_value_as_Felix_does(String value, State state, int warnings) {
    FelixGate gate =
        gate(
            Map.of(),
            "{'metadata': {'name': 'default'}, 'spec': {'floatingIPs': '" + value + "'}}");

    assertThat(gate.state()).isEqualTo(state);
    assertThat(gate.warnings()).hasSize(warnings);
  }

  @Test
  void without_any_source_it_is_off() {
    FelixGate gate = gate(Map.of());

    assertThat(gate).isEqualTo(new FelixGate(State.OFF, "Felix's own default", List.of()));
  }

  @Test
  void the_environment_wins_over_everything_in_any_spelling_unless_it_is_empty() {
    String own = "{'metadata': {'name': 'node.n1'}, 'spec': {'floatingIPs': 'Enabled'}}";

    assertThat(gate(Map.of("felix_FloatingIPs", "Disabled"), DEFAULT_ON, own))
        .isEqualTo(new FelixGate(State.OFF, "environment variable felix_FloatingIPs", List.of()));
    assertThat(gate(Map.of("FELIX_FLOATINGIPS", ""), DEFAULT_ON).state()).isEqualTo(State.ON);
    assertThat(gate(Map.of("FELIX_FLOATINGIPSX", "Disabled"), DEFAULT_ON).state())
        .isEqualTo(State.ON);
  }

  @Test
  void an_invalid_environment_hides_the_sources_below() {
    FelixGate gate = gate(Map.of("FELIX_FLOATINGIPS", "yes"), DEFAULT_ON);

    assertThat(gate.state()).isEqualTo(State.OFF);
    assertThat(gate.warnings()).first().asString().contains("'yes'");
  }

  @ParameterizedTest
  @CsvSource({"node.n1, OFF", "node.n2, ON", "node.N1, ON", "n1, ON", "other, ON"})
  void the_nodes_own_configuration_wins_over_default(String name, State state) {
    String other = "{'metadata': {'name': '" + name + "'}, 'spec': {'floatingIPs': 'Disabled'}}";

    assertThat(gate(Map.of(), DEFAULT_ON, other).state()).isEqualTo(state);
  }

  @Test
  void a_configuration_of_the_node_without_the_field_changes_nothing() {
    assertThat(gate(Map.of(), DEFAULT_ON, "{'metadata': {'name': 'node.n1'}, 'spec': {}}").state())
        .isEqualTo(State.ON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rack == \"a\" | OFF",
        "rack == \"b\" | ON",
        "all() | OFF",
        "rack in { | UNKNOWN",
        "rack ?? 1 | UNKNOWN"
      },
      quoteCharacter = '`')
  void a_selector_wins_over_default_on_its_nodes(String selector, State state) {
    FelixGate gate = gate(Map.of(), DEFAULT_ON, scoped("racks", selector, "Disabled", 2));

    assertThat(gate.state()).isEqualTo(state);
    assertThat(gate.warnings().isEmpty()).isEqualTo(state != State.UNKNOWN);
  }

  @Test
  void the_oldest_of_several_matching_selectors_wins() {
    assertThat(
            gate(
                    Map.of(),
                    scoped("a", "all()", "Disabled", 5),
                    scoped("b", "all()", "Enabled", 1),
                    DEFAULT_OFF)
                .source())
        .isEqualTo("FelixConfiguration b");
  }

  @Test
  void the_nodes_own_configuration_wins_over_a_selector() {
    assertThat(
            gate(
                    Map.of(),
                    scoped("a", "broken(", "Disabled", 5),
                    "{'metadata': {'name': 'node.n1'}, 'spec': {'floatingIPs': 'Enabled'}}")
                .state())
        .isEqualTo(State.ON);
  }

  @Test
  void before_3_32_a_selector_means_nothing() {
    FelixSettings settings =
        new FelixSettings(
            objects(scoped("a", "all()", "Enabled", 1), DEFAULT_OFF), Map.of(), false);

    assertThat(FelixGate.of(settings, "n1", Map.of()).state()).isEqualTo(State.OFF);
    assertThat(settings.overrides("floatingIPs")).isEmpty();
  }

  @Test
  void an_annotation_hides_the_field_beside_it() {
    String hidden =
        "{'metadata': {'name': 'default', 'annotations':"
            + " {'config.projectcalico.org/FloatingIPs': 'Disabled'}},"
            + " 'spec': {'floatingIPs': 'Enabled'}}";

    FelixGate gate = gate(Map.of(), hidden);

    assertThat(gate.state()).isEqualTo(State.OFF);
    assertThat(gate.source()).contains("annotation config.projectcalico.org/FloatingIPs");
  }

  @Test
  void names_every_override() {
    FelixSettings settings =
        new FelixSettings(
            objects(
                DEFAULT_ON,
                scoped("racks", "all()", "Enabled", 1),
                "{'metadata': {'name': 'ignored'}, 'spec': {'floatingIPs': 'Disabled'}}",
                "{'metadata': {'name': 'node.n9'}, 'spec': {'floatingIPs': 'Disabled'}}"),
            Map.of("FELIX_FLOATINGIPS", "Enabled"),
            true);

    assertThat(settings.overrides("floatingIPs"))
        .extracting(FelixSettings.Source::toString)
        .containsExactly(
            "environment variable FELIX_FLOATINGIPS: Enabled",
            "FelixConfiguration racks: Enabled",
            "FelixConfiguration node.n9: Disabled");
  }

  private static String scoped(String name, String selector, String value, int minute) {
    return """
        {'metadata': {'name': '%s', 'creationTimestamp': '2026-01-01T00:0%d:00Z'},
         'spec': {'nodeSelector': %s, 'floatingIPs': '%s'}}
        """
        .formatted(name, minute, JsonText.quote(selector), value);
  }

  private static FelixGate gate(Map<String, String> env, String... configurations) {
    return FelixGate.of(
        new FelixSettings(objects(configurations), env, true), "n1", Map.of("rack", "a"));
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys only.
  private static List<ApiObject> objects(String... configurations) {
    return Stream.of(configurations)
        .map(text -> text.replace('\'', '"'))
        .map(FelixGateTest::parse)
        .map(tree -> new ApiObject((Map<String, Object>) tree))
        .toList();
  }

  private static Object parse(String json) {
    try {
      return JsonText.plain(JsonText.parse(json));
    } catch (JsonText.SyntaxException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
