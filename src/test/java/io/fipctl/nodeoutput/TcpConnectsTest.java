package io.fipctl.nodeoutput;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.IpAddress;
import io.fipctl.nodeoutput.TcpConnects.Connect;
import io.fipctl.nodeoutput.TcpConnects.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpConnectsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1 80 0 | CONNECTED",
        "10.0.0.1 80 1 Connection refused | REFUSED",
        "10.0.0.1 80 124 | TIMED_OUT",
        "10.0.0.1 80 1 No route to host | FAILED",
        "10.0.0.1 80 1 Network is unreachable | FAILED",
        "10.0.0.1 80 127 | FAILED",
        "2001:db8::1 65535 0 | CONNECTED",
      })
  void reads_how_a_connection_ended(String line, Result result) {
    TcpConnects read = TcpConnects.parse(line + "\n");

    assertThat(read.faults()).isEmpty();
    assertThat(read.connects()).singleElement().extracting(Connect::result).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\n",
        "10.0.0.1 80\n",
        "10.0.0.300 80 0 \n",
        "10.0.0.1 x 0 \n",
        "10.0.0.1 80 0"
      })
  void what_is_no_connection_is_a_fault(String text) {
    TcpConnects read = TcpConnects.parse(text);

    assertThat(read.connects()).isEmpty();
    assertThat(read.faults()).hasSize(1);
  }

  @Test
  void finds_the_one_to_an_address() {
    TcpConnects read = TcpConnects.parse("10.0.0.1 80 0 \n\n10.0.0.11 80 124 \n");

    assertThat(read.to(IpAddress.parse("10.0.0.1")))
        .hasValueSatisfying(connect -> assertThat(connect.isReached()).isTrue());
    assertThat(read.to(IpAddress.parse("10.0.0.11")))
        .hasValueSatisfying(connect -> assertThat(connect.isReached()).isFalse());
    assertThat(read.to(IpAddress.parse("10.0.0.2"))).isEmpty();
  }
}
