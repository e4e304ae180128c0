package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Calico accepts is what Go's standard library accepts: the table was written by it. */
class ReadByGoTest {
  private static final List<IpAddress> BOTH_FAMILIES =
      List.of(IpAddress.parse("10.244.0.5"), IpAddress.parse("fd00::5"));

  record Line(String function, String input, String answer) {
    static Line of(String text) {
      String[] columns = text.split("\t", -1);
      return new Line(columns[0], strings("[" + columns[1] + "]").getFirst(), columns[2]);
    }
  }

  static Stream<Line> entries() {
    return lines("ip");
  }

  static Stream<Line> addresses() {
    // With its own prefix length an address is taken from users only, not in an annotation.
    return entries().filter(line -> line.input().indexOf('/') < 0);
  }

  static Stream<Line> ranges() {
    return lines("cidr");
  }

  static Stream<Line> annotations() {
    return lines("json");
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void an_address_is_read_as_net_ParseIP_reads_it(Line line) {
    assertThat(read(line.input(), IpAddress::parse).map(ReadByGoTest::hex).orElse("-"))
        .isEqualTo(line.answer().equals("mapped") ? "-" : line.answer());
    assertThat(IpAddress.tryParse(line.input())).isEqualTo(read(line.input(), IpAddress::parse));
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void a_range_is_read_as_net_ParseCIDR_reads_it(Line line) {
    assertThat(
            read(line.input(), Cidr::parse)
                .map(c -> hex(c.network()) + "/" + c.prefix())
                .orElse("-"))
        .isEqualTo(line.answer().equals("mapped") ? "-" : line.answer());
  }

  @ParameterizedTest
  @MethodSource("annotations")
  void an_annotation_is_read_as_encoding_json_reads_it(Line line) {
    FloatingIps read = FloatingIps.read(Optional.of(line.input()), BOTH_FAMILIES);

    if (line.answer().equals("-")) {
      assertThat(read).isInstanceOf(FloatingIps.Malformed.class);
    } else {
      assertThat(read)
          .isInstanceOfSatisfying(
              FloatingIps.Listed.class,
              listed ->
                  assertThat(listed.entries())
                      .extracting(FloatingIps.Entry::text)
                      .isEqualTo(strings(line.answer())));
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void an_entry_of_an_annotation_counts_only_if_net_ParseIP_takes_it(Line line) {
    FloatingIps read =
        FloatingIps.read(Optional.of("[" + JsonText.quote(line.input()) + "]"), BOTH_FAMILIES);

    boolean taken = !line.answer().equals("-") && !line.answer().equals("mapped");
    assertThat(read.addresses()).hasSize(taken ? 1 : 0);
    assertThat(read.ineffective()).hasSize(taken ? 0 : 1);
  }

  private static <T> Optional<T> read(String text, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String hex(IpAddress address) {
    return HexFormat.of().formatHex(address.bytes());
  }

  private static Stream<Line> lines(String function) {
    try (InputStream in = ReadByGoTest.class.getResourceAsStream("read-by-go.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith(function + "\t"))
          .map(Line::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By another reader than the one that is tried. */
  private static List<String> strings(String json) {
    List<String> strings = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          strings.add(parser.getText());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return strings;
  }
}
