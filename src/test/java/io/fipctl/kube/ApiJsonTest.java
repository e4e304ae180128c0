package io.fipctl.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":null,\"b\":true,\"c\":[[1,2],[\"x\",{}]]}",
        "{\"small\":1,\"long\":9007199254740993,\"huge\":123456789012345678901234567890}",
        "{\"fraction\":1.5,\"text\":\"\\\"ü\\n\\u0000\"}"
      })
  void writes_what_it_has_read(String json) throws IOException {
    assertThat(ApiJson.write(ApiJson.read(stream(json), FieldMask.ALL))).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a          | {"a":{"x":1}}
          a(x)       | {"a":{"x":1}}
          a(y)       | {"a":{}}
          b(c)       | {"b":[{"c":1},[{"c":3}],5]}
          b(c),a     | {"a":{"x":1},"b":[{"c":1},[{"c":3}],5]}
          none       | {}
          """)
  void keeps_what_the_mask_keeps_through_lists_of_lists(String mask, String kept)
      throws IOException {
    String json = "{\"a\":{\"x\":1},\"b\":[{\"c\":1,\"d\":2},[{\"c\":3,\"d\":4}],5]}";

    assertThat(ApiJson.write(ApiJson.read(stream(json), FieldMask.parse(mask)))).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\"text\"", "{\"a\":", "{\"a\":[1", "<html>"})
  void refuses_what_is_no_object(String json) {
    assertThatThrownBy(() -> ApiJson.read(stream(json), FieldMask.ALL))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refuses_to_write_what_JSON_does_not_know() {
    assertThatThrownBy(() -> ApiJson.write(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ByteArrayInputStream stream(String json) {
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }
}
