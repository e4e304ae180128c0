package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRefTest {
  @ParameterizedTest
  @CsvSource({
    "default, floating-ips, cali, calib13c36df6cc",
    "default, floating-ips, tap, tapb13c36df6cc"
  })
  void the_host_interface_is_a_hash_of_namespace_and_name(
      String namespace, String name, String prefix, String expected) {
    assertThat(new PodRef(namespace, name).hostInterface(prefix)).isEqualTo(expected);
    assertThat(new PodRef(namespace, name).hostInterface())
        .isEqualTo(expected.replace(prefix, "cali"));
  }
}
