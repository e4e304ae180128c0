package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.10, 203.0.113.10",
    "203.0.113.10/32, 203.0.113.10",
    "0.0.0.0, 0.0.0.0",
    "2001:DB8::5, 2001:db8::5",
    "2001:db8:0:0::5, 2001:db8::5",
    "2001:db8::5/128, 2001:db8::5",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "::, ::",
    "::1, ::1",
    "fe80::, fe80::",
    "0:0:0:0:0:0:0:1, ::1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221"
  })
  void prints_the_canonical_form(String text, String canonical) {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.01",
        "10.0.0.1 ",
        " 10.0.0.1",
        "010.0.0.1",
        "1",
        "foo",
        "10.0.0.1:80",
        "[::1]",
        "fe80::1%eth0",
        "1:2:3",
        "1::2::3",
        "::ffff:10.0.0.1",
        "2001:db8::5/129",
        "10.0.0.1/",
        "10.0.0.1/x",
        "١.1.1.1",
        "12345::"
      })
  void refuses_what_is_no_address(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.0/24", "10.0.0.1/31", "2001:db8::/64", "10.0.0.0/0"})
  void refuses_a_range_and_says_so(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text)).hasMessageContaining("is a range");
  }

  @Test
  void compares_as_a_number_and_not_as_text() {
    assertThat(IpAddress.parse("2001:DB8::5")).isEqualTo(IpAddress.parse("2001:db8:0:0::5"));
    assertThat(
            Stream.of("10.0.0.10", "::1", "10.0.0.9", "200.0.0.1").map(IpAddress::parse).sorted())
        .map(IpAddress::toString)
        .containsExactly("10.0.0.9", "10.0.0.10", "200.0.0.1", "::1");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/9, 10.128.0.1, false",
    "10.0.0.7/32, 10.0.0.7, true",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/61, 2001:db8:0:7::1, true",
    "2001:db8::/61, 2001:db8:0:8::1, false"
  })
  void a_range_contains_its_addresses(String range, String address, boolean contained) {
    assertThat(Cidr.parse(range).contains(IpAddress.parse(address))).isEqualTo(contained);
  }

  @Test
  void a_range_is_printed_without_host_bits() {
    assertThat(Cidr.parse("203.0.113.77/24")).hasToString("203.0.113.0/24");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", "x/8", "::/129"})
  void refuses_what_is_no_range(String text) {
    assertThat(Cidr.tryParse(text)).isEmpty();
  }
}
