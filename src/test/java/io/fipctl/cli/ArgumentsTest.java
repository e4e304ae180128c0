package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.cli.session.Arguments;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodTarget;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web-0 203.0.113.10               | web-0          | 203.0.113.10",
        "203.0.113.10 web-0               | web-0          | 203.0.113.10",
        "203.0.113.10,203.0.113.11 a/b    | a/b            | 203.0.113.10 203.0.113.11",
        "203.0.113.10 a/b 203.0.113.11    | a/b            | 203.0.113.10 203.0.113.11",
        "203.0.113.10 a/b 203.0.113.10/32 | a/b            | 203.0.113.10",
        "2001:DB8:0:0::1 deploy/web       | deployment/web | 2001:db8::1",
        "pod/123 ::1                      | 123            | ::1",
        "10-0-0-1 10.0.0.1                | 10-0-0-1       | 10.0.0.1",
        "a.b 10.0.0.1                     | a.b            | 10.0.0.1"
      })
  void tell_addresses_from_pods_in_any_order(String words, String pod, String addresses) {
    Arguments read = Arguments.read(List.of(words.split(" ")));

    assertThat(read.pod().map(PodTarget::typed)).contains(pod);
    assertThat(read.addresses()).extracting(Object::toString).containsExactly(addresses.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web-0 1.2.3           | '1.2.3' is no IPv4 or IPv6 address",
        "web-0 10.0.0.1,       | '' is no IPv4 or IPv6 address",
        "web-0 10.0.0.1,web-1  | 'web-1' is no IPv4 or IPv6 address",
        "web-0 10.0.0.0/24     | '10.0.0.0/24' is a range, not one address",
        "web-0 ::ffff:10.0.0.1 | is an IPv4-mapped IPv6 address",
        "web-0 010.0.0.1       | '010.0.0.1' is no IPv4 or IPv6 address",
        "web-0 web-1 10.0.0.1  | there are 2 pods, 'web-0' and 'web-1'; one is wanted",
        "Web_0 10.0.0.1        | 'Web_0' names no pod"
      })
  void refuse_what_is_neither(String words, String message) {
    assertThatThrownBy(() -> Arguments.read(List.of(words.split(" "))))
        .isInstanceOf(FipctlException.class)
        .hasMessageContaining(message);
  }

  @Test
  void take_the_pod_from_the_words_or_from_the_option_but_not_from_both() {
    Optional<PodTarget> option = Optional.of(PodTarget.parse("web-1"));
    Arguments without = Arguments.read(List.of("10.0.0.1"));
    Arguments with = Arguments.read(List.of("10.0.0.1", "web-0"));

    assertThat(without.pod(option, "--to").typed()).isEqualTo("web-1");
    assertThat(with.pod(Optional.empty(), "--to").typed()).isEqualTo("web-0");
    assertThatThrownBy(() -> with.pod(option, "--to")).hasMessageContaining("named twice");
    assertThatThrownBy(() -> without.pod(Optional.empty(), "--to")).hasMessage("no pod is named");
  }
}
