package io.fipctl.cli;

import java.util.List;
import java.util.Locale;

/** One manual page in the man(7) macros. */
final class Roff {
  private static final int WIDTH = 78;

  private final StringBuilder text = new StringBuilder();

  Roff(String name, String purpose) {
    this(name, 1, purpose);
  }

  Roff(String name, int section, String purpose) {
    text.append(".\\\" Made from the command tree by ManPagesTest: do not edit.\n");
    text.append(
        ".TH %s %d 2026-01-01 fipctl \"fipctl manual\"%n"
            .formatted(escaped(name.toUpperCase(Locale.ROOT)), section));
    section("NAME");
    text.append(escaped(name)).append(" \\- ").append(escaped(purpose)).append('\n');
  }

  static String bold(String words) {
    return "\\fB" + escaped(words) + "\\fR";
  }

  static String italic(String words) {
    return "\\fI" + escaped(words) + "\\fR";
  }

  void section(String title) {
    text.append(".SH ").append(title).append('\n');
  }

  void subsection(String title) {
    text.append(".SS ").append(title).append('\n');
  }

  void synopsis(String command, String line) {
    text.append(".SY \"%s\"%n".formatted(escaped(command)));
    text.append(escaped(line.substring(command.length()).strip())).append("\n.YS\n");
  }

  void text(String words) {
    for (String line : words.lines().toList()) {
      if (line.isBlank()) {
        text.append(".PP\n");
      } else {
        filled(line.strip());
      }
    }
  }

  /** Source lines are kept short; where they break makes no difference to the page. */
  private void filled(String words) {
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      if (!line.isEmpty() && escaped(line + " " + word).length() > WIDTH) {
        line(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    line(line.toString());
  }

  void paragraph(String words) {
    text.append(".PP\n");
    text(words);
  }

  /**
   * @param tag with its fonts already in it
   */
  void tagged(String tag, String words) {
    text.append(".TP\n").append(tag).append('\n');
    text(words);
  }

  void verbatim(List<String> lines) {
    text.append(".nf\n.RS 4\n");
    lines.forEach(this::line);
    text.append(".RE\n.fi\n");
  }

  private void line(String line) {
    text.append(escaped(line)).append('\n');
  }

  /** Nothing in it is an instruction, and a hyphen can be copied out as one. */
  private static String escaped(String words) {
    String plain = words.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
