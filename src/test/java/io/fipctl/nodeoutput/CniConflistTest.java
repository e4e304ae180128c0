package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.CniTemplate;
import io.fipctl.model.CniTemplate.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniConflistTest {
  private static final String CONFLIST =
      """
      {"plugins": [
        {"type": "calico", ONE "mtu": 0},
        {"type": "portmap" TWO}
      ]}
      """;

  @Test
  void on_every_recorded_node_the_gate_is_on() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        CniConflist conflist =
            CniConflist.parse(Recordings.text(situation + "/" + node + "/cni-conflist.json"));
        assertThat(conflist)
            .isEqualTo(
                new CniConflist.Calicos(
                    CniConflist.UNNAMED, new CniTemplate.Gate(State.ON, "true", 7), List.of()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"feature_control\": {\"floating_ips\": true}, | ON",
        "\"feature_control\": {\"floating_ips\": false}, | OFF",
        "\"feature_control\": {\"floating_ips\": null}, | OFF",
        "\"feature_control\": {}, | ABSENT",
        "`` | ABSENT",
        "\"feature_control\": {\"floating_ips\": \"true\"}, | BROKEN",
        "\"feature_control\": {\"floating_ips\": 1}, | BROKEN",
      })
  void says_what_the_gate_is(String here, State state) {
    assertThat(CniConflist.parse(conflist(here, "")))
        .isInstanceOfSatisfying(
            CniConflist.Calicos.class,
            calicos -> assertThat(calicos.gate().state()).isEqualTo(state));
  }

  @Test
  void a_gate_in_another_object_is_found_and_its_line_counts_the_line_of_the_name() {
    String text =
        "# /etc/cni/net.d/10-calico.conflist\n"
            + conflist("", ", \"feature_control\": {\"floating_ips\": true}");

    assertThat(CniConflist.parse(text))
        .isEqualTo(
            new CniConflist.Calicos(
                "/etc/cni/net.d/10-calico.conflist",
                new CniTemplate.Gate(State.ABSENT, "", 3),
                List.of(new CniTemplate.Misplaced("plugins[1].feature_control.floating_ips", 4))));
  }

  @Test
  void a_first_file_of_somebody_else_is_foreign() {
    assertThat(CniConflist.parse("# /etc/cni/net.d/05-other.conf\n{\"type\": \"bridge\"}"))
        .isEqualTo(new CniConflist.Foreign("/etc/cni/net.d/05-other.conf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "7", "\"calico\""})
  void what_is_no_object_is_foreign(String text) {
    assertThat(CniConflist.parse(text)).isEqualTo(new CniConflist.Foreign(CniConflist.UNNAMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "# /etc/cni/net.d/x", "# /etc/cni/net.d/x\n\n"})
  void no_text_is_no_file(String text) {
    assertThat(CniConflist.parse(text)).isEqualTo(new CniConflist.Absent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"secret\" x, | NotReadable | 2",
        "\"type\": \"calico\", | DoubledKey | 2",
        "\"Feature_Control\": {}, | KeySpelling | 2",
        "\"feature_control\": true, | FeatureControlNoObject | 2",
      })
  void what_cannot_be_read_is_a_fault_without_the_text_of_its_line(
      String here, String reason, int line) {
    assertThat(CniConflist.parse(conflist(here, "")))
        .isInstanceOfSatisfying(
            CniConflist.Unreadable.class,
            unreadable -> {
              assertThat(unreadable.reason()).isEqualTo(reason);
              assertThat(unreadable.why().line()).isEqualTo(line);
              assertThat(unreadable.why().text()).isEmpty();
              assertThat(unreadable.why().problem()).doesNotContain("secret");
            });
  }

  private static String conflist(String here, String there) {
    return CONFLIST.replace("ONE", here).replace("TWO", there);
  }
}
