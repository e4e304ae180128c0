package io.fipctl.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON in which placeholders such as {@code __CNI_MTU__} may stand for values, with every
 * offset true to the text, and refuses what two readers could understand differently.
 */
final class TemplateText {
  private static final Pattern PLACEHOLDER = Pattern.compile("__[A-Z0-9_]+__");

  private TemplateText() {}

  static JsonText.Value read(String text) {
    if (text.startsWith("\uFEFF")) {
      throw refused(text, 0, "NotReadable", "a byte order mark stands at the beginning");
    }
    JsonText.Value root;
    try {
      root = JsonText.parse(shadow(text));
    } catch (JsonText.SyntaxException e) {
      Matcher here =
          PLACEHOLDER.matcher(text).region(Math.min(e.offset(), text.length()), text.length());
      if (here.lookingAt() && e.getMessage().startsWith("expected a key")) {
        throw refused(
            text, e.offset(), "PlaceholderKey", "a placeholder stands where a key belongs");
      }
      throw refused(text, e.offset(), "NotReadable", e.getMessage());
    }
    refuseUncertainKeys(text, root);
    return root;
  }

  /**
   * The text with each placeholder outside of strings replaced by a number of the same length, so
   * that it can be read and every offset stays true.
   */
  private static String shadow(String text) {
    StringBuilder shadow = new StringBuilder(text);
    Matcher placeholder = PLACEHOLDER.matcher(text);
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        inString = !inString;
      } else if (inString && c == '\\') {
        i++;
      } else if (!inString && c == '_' && placeholder.region(i, text.length()).lookingAt()) {
        shadow.replace(i, placeholder.end(), "1".repeat(placeholder.end() - i));
        i = placeholder.end() - 1;
      }
    }
    return shadow.toString();
  }

  private static void refuseUncertainKeys(String text, JsonText.Value value) {
    if (value instanceof JsonText.Arr array) {
      array.elements().forEach(element -> refuseUncertainKeys(text, element));
    } else if (value instanceof JsonText.Obj object) {
      Set<String> seen = new HashSet<>();
      for (JsonText.Member member : object.members()) {
        if (PLACEHOLDER.matcher(member.key()).find()) {
          throw refused(
              text, member.start(), "PlaceholderKey", "a placeholder stands where a key belongs");
        }
        if (!seen.add(member.key())) {
          throw refused(
              text,
              member.start(),
              "DoubledKey",
              "the key \"" + member.key() + "\" is there twice");
        }
        for (String known : List.of(CniTemplate.CONTROL, CniTemplate.GATE)) {
          // Go's reader takes a key in any case, so this one may be in effect.
          if (member.key().equalsIgnoreCase(known) && !member.key().equals(known)) {
            throw refused(
                text,
                member.start(),
                "KeySpelling",
                "the key \"" + member.key() + "\" is \"" + known + "\" in another spelling");
          }
        }
        refuseUncertainKeys(text, member.value());
      }
    }
  }

  /** The line of an offset, counted from 1. */
  static int line(String text, int offset) {
    return 1
        + (int)
            text.substring(0, Math.min(offset, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
  }

  static TemplateRefusedException refused(String text, int offset, String reason, String what) {
    int number = line(text, offset);
    String line = text.split("\n", -1)[number - 1].strip();
    return new TemplateRefusedException(
        reason,
        number,
        what,
        line.length() > 120 ? line.substring(0, 120) + "…" : line,
        "kubectl get daemonsets -A -o yaml  # shows the ConfigMap behind CNI_NETWORK_CONFIG");
  }
}
