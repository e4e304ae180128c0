package io.fipctl.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A selector in Calico's own language (libcalico-go/lib/selector/parser), such as {@code has(rack)
 * && zone in {'a', 'b'}}: says which nodes a selector-scoped FelixConfiguration is for.
 */
public final class LabelSelector {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(all\\(\\s*\\)|global\\(\\s*\\)|has\\(\\s*([\\w./-]+)\\s*\\)|==|!=|&&|\\|\\||[!(){},]"
              + "|not\\s+in\\b|in\\b|contains\\b|starts\\s+with\\b|ends\\s+with\\b"
              + "|'([^']*)'|\"([^\"]*)\"|[\\w./-]+)");

  private final Predicate<Map<String, String>> test;

  private LabelSelector(Predicate<Map<String, String>> test) {
    this.test = test;
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static LabelSelector parse(String text) {
    Parser parser = new Parser(text);
    Predicate<Map<String, String>> test = parser.either();
    parser.expectEnd();
    return new LabelSelector(test);
  }

  public boolean matches(Map<String, String> labels) {
    return test.test(labels);
  }

  /** One token: {@code value} is the text of a quoted one, or the label of {@code has}. */
  private record Token(String text, String value, boolean quoted) {}

  private static final class Parser {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Parser(String text) {
      this.text = text;
      Matcher matcher = TOKEN.matcher(text);
      int end = 0;
      while (matcher.region(end, text.length()).lookingAt()) {
        String token = matcher.group(1).replaceAll("\\s+", " ");
        boolean quoted = token.startsWith("'") || token.startsWith("\"");
        String value =
            quoted ? matcher.group(1).substring(1, matcher.group(1).length() - 1) : token;
        tokens.add(new Token(token, matcher.group(2) != null ? matcher.group(2) : value, quoted));
        end = matcher.end();
      }
      if (!text.substring(end).isBlank()) {
        throw wrong();
      }
    }

    Predicate<Map<String, String>> either() {
      Predicate<Map<String, String>> test = both();
      while (take("||")) {
        test = test.or(both());
      }
      return test;
    }

    private Predicate<Map<String, String>> both() {
      Predicate<Map<String, String>> test = single();
      while (take("&&")) {
        test = test.and(single());
      }
      return test;
    }

    private Predicate<Map<String, String>> single() {
      if (take("!")) {
        return single().negate();
      }
      if (take("(")) {
        Predicate<Map<String, String>> inner = either();
        expect(")");
        return inner;
      }
      Token token = next();
      if (token.quoted()) {
        throw wrong();
      }
      if (token.text().startsWith("all(") || token.text().startsWith("global(")) {
        return labels -> true;
      }
      if (token.text().startsWith("has(")) {
        return labels -> labels.containsKey(token.value());
      }
      return comparison(token.text());
    }

    private Predicate<Map<String, String>> comparison(String label) {
      String operator = next().text();
      return switch (operator) {
        case "==" -> on(label, string()::equals);
        case "!=" -> on(label, string()::equals).negate();
        case "in" -> on(label, set()::contains);
        case "not in" -> on(label, set()::contains).negate();
        case "contains" -> {
          String part = string();
          yield on(label, value -> value.contains(part));
        }
        case "starts with" -> {
          String part = string();
          yield on(label, value -> value.startsWith(part));
        }
        case "ends with" -> {
          String part = string();
          yield on(label, value -> value.endsWith(part));
        }
        default -> throw wrong();
      };
    }

    private static Predicate<Map<String, String>> on(String label, Predicate<String> value) {
      return labels -> labels.containsKey(label) && value.test(labels.get(label));
    }

    private List<String> set() {
      List<String> values = new ArrayList<>();
      expect("{");
      if (!take("}")) {
        do {
          values.add(string());
        } while (take(","));
        expect("}");
      }
      return values;
    }

    private String string() {
      Token token = next();
      if (!token.quoted()) {
        throw wrong();
      }
      return token.value();
    }

    private Token next() {
      if (at >= tokens.size()) {
        throw wrong();
      }
      return tokens.get(at++);
    }

    private boolean take(String token) {
      if (at < tokens.size() && !tokens.get(at).quoted() && tokens.get(at).text().equals(token)) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(String token) {
      if (!take(token)) {
        throw wrong();
      }
    }

    void expectEnd() {
      if (at < tokens.size()) {
        throw wrong();
      }
    }

    private IllegalArgumentException wrong() {
      return new IllegalArgumentException("'" + text + "' is no Calico selector");
    }
  }
}
