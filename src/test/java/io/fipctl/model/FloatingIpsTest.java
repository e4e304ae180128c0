package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloatingIpsTest {
  private static final List<IpAddress> IPV4_POD = List.of(IpAddress.parse("10.244.0.5"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"203.0.113.31\",\"203.0.113.32\"] | [203.0.113.31, 203.0.113.32]",
        "[ \"203.0.113.33\" ] | [203.0.113.33]",
        "[] | []",
        "null | []",
        "[\"203.0.113.30/32\"] | []",
        "[\"foo\"] | []",
        "[\"2001:db8::5\"] | []",
        "[null] | []",
        "[\"::ffff:203.0.113.9\"] | []",
        "[\" 203.0.113.9\"] | []",
        "[\"203.0.113.9\",\"203.0.113.9\"] | [203.0.113.9]"
      })
  void what_is_well_formed_gives_the_addresses_that_calico_programs(
      String value, String addresses) {
    FloatingIps read = FloatingIps.read(Optional.of(value), IPV4_POD);

    assertThat(read).isInstanceOf(FloatingIps.Listed.class);
    assertThat(read.addresses()).hasToString(addresses);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "203.0.113.30",
        "\"203.0.113.34\"",
        "[\"203.0.113.35\",]",
        "[203]",
        "{}",
        "[{}]",
        "true",
        "[\"203.0.113.35\"",
        "[\"a\"] x"
      })
  void what_is_no_array_of_strings_is_malformed(String value) {
    FloatingIps read = FloatingIps.read(Optional.of(value), IPV4_POD);

    assertThat(read).isInstanceOf(FloatingIps.Malformed.class);
    assertThat(read.addresses()).isEmpty();
    assertThat(read.ineffective()).containsExactly(value);
  }

  @Test
  void only_what_fipctl_would_write_itself_is_canonical() {
    assertThat(canonical("[\"203.0.113.31\",\"203.0.113.32\"]")).isTrue();
    assertThat(canonical("[ \"203.0.113.31\"]")).isFalse();
    assertThat(canonical("[\"203.0.113.31/32\"]")).isFalse();
    assertThat(canonical("null")).isFalse();
  }

  private static boolean canonical(String value) {
    return ((FloatingIps.Listed) FloatingIps.read(Optional.of(value), IPV4_POD)).isCanonical();
  }
}
