package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlTest {
  @Test
  void reads_the_settings_of_a_recorded_node() {
    Sysctl sysctl = Sysctl.parse(Recordings.text("v3.33-healthy/n1/sysctl.txt"));

    assertThat(sysctl.faults()).isEmpty();
    assertThat(sysctl.values()).hasSize(21);
    assertThat(sysctl.number("net.ipv4.ip_forward")).hasValue(1);
    assertThat(sysctl.value("net.ipv4.conf.calia4fc3c48bd8.proxy_arp")).contains("1");
    assertThat(sysctl.reversePathFilter("eth0")).hasValue(0);
    assertThat(sysctl.reversePathFilter("eth1")).isEmpty();
    assertThat(sysctl.number("net.ipv4.nothing")).isEmpty();
  }

  @Test
  void every_recorded_file_is_read_without_a_fault() {
    for (String situation : Recordings.SITUATIONS) {
      for (String node : Recordings.NODES) {
        Sysctl sysctl = Sysctl.parse(Recordings.text(situation + "/" + node + "/sysctl.txt"));
        assertThat(sysctl.faults()).isEmpty();
        assertThat(sysctl.number("net.ipv4.ip_forward")).hasValue(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0, 1, 1", "1, 0, 1", "1, 2, 2", "2, 1, 2", ", 1, 1", "1, , "})
  void the_larger_of_two_reverse_path_filters_counts(String all, String own, Long effective) {
    Sysctl sysctl =
        Sysctl.parse(
            (all == null ? "" : "net.ipv4.conf.all.rp_filter = " + all + "\n")
                + (own == null ? "" : "net.ipv4.conf.eth0/7.rp_filter = " + own + "\n"));

    assertThat(sysctl.reversePathFilter("eth0.7"))
        .isEqualTo(effective == null ? OptionalLong.empty() : OptionalLong.of(effective));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sysctl: cannot stat /proc/sys/net/x: No such file or directory",
        "garbage",
        "= 1",
        "nodot = 1",
        "two words.here = 1",
      })
  void what_is_no_setting_is_a_fault_with_its_line(String line) {
    Sysctl sysctl = Sysctl.parse("\n" + line + "\n");

    assertThat(sysctl.values()).isEmpty();
    assertThat(sysctl.faults()).containsExactly(new ParseProblem(2, line, "not a setting"));
  }

  @Test
  void a_value_may_be_empty_or_no_number() {
    Sysctl sysctl = Sysctl.parse("a.b = x\r\na.c =\r\n");

    assertThat(sysctl.faults()).isEmpty();
    assertThat(sysctl.number("a.b")).isEmpty();
    assertThat(sysctl.value("a.c")).contains("");
  }
}
