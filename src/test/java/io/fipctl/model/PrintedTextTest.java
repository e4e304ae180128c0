package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PrintedTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "team-a",
        "Müller & Söhne, 12 €",
        "所有者",
        "عنوان",
        "\ud83d\ude80 rocket",
        "a\\nb",
        "'\"<>|`$"
      })
  void what_a_person_can_see_is_shown_as_it_is(String text) {
    assertThat(PrintedText.line(text)).isEqualTo(text);
    assertThat(PrintedText.isPlain(text)).isTrue();
  }

  @Test
  void what_does_something_else_than_show_a_character_is_shown_as_its_escape() {
    assertThat(PrintedText.line("a\nb\r\tc")).isEqualTo("a\\nb\\r\\tc");
    assertThat(PrintedText.line("\u001b[2J\u0007\u0000\u007f\u009b"))
        .isEqualTo("\\u001b[2J\\u0007\\u0000\\u007f\\u009b");
    assertThat(PrintedText.line("\u202eabc\u2066\u200e\u061c"))
        .isEqualTo("\\u202eabc\\u2066\\u200e\\u061c");
    assertThat(PrintedText.line("a\u200bb\ufeff\u00ad\u2060"))
        .isEqualTo("a\\u200bb\\ufeff\\u00ad\\u2060");
    assertThat(PrintedText.line("a\u2028b\u2029\u0085")).isEqualTo("a\\u2028b\\u2029\\u0085");
    assertThat(PrintedText.line("x\u00a0y\u3000\u3164\u2800"))
        .isEqualTo("x\\u00a0y\\u3000\\u3164\\u2800");
    assertThat(PrintedText.line("x\ud800")).isEqualTo("x\\ud800");
    assertThat(PrintedText.line("\udbc0\udc00")).isEqualTo("\\udbc0\\udc00");
    assertThat(PrintedText.line("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
  }

  @ParameterizedTest
  @CsvSource({"0, 0x1f", "0x7f, 0x9f", "0x200b, 0x200f", "0x2028, 0x202e", "0x2060, 0x206f"})
  void nothing_of_these_ranges_gets_through(String from, String to) {
    for (int point = Integer.decode(from); point <= Integer.decode(to); point++) {
      assertThat(PrintedText.line(Character.toString(point))).isASCII().startsWith("\\");
    }
  }

  @Test
  void a_text_of_several_lines_keeps_its_lines_and_tabs_and_nothing_else() {
    assertThat(PrintedText.lines("a\n\tb\r\n\u001bc")).isEqualTo("a\n\tb\\r\n\\u001bc");
  }
}
