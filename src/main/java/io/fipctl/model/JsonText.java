package io.fipctl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A JSON text in which every value knows where it stands, so that one of them can be changed and
 * every other byte left alone. Strict (RFC 8259), except that doubled keys of an object are kept:
 * whoever edits the text must see them.
 */
public final class JsonText {
  private static final int DEEPEST = 200;

  /** A value and the half-open range of characters it stands in. */
  public sealed interface Value {
    int start();

    int end();
  }

  public record Obj(int start, int end, List<Member> members) implements Value {
    /** The member that a reader sees: the last of doubled keys, as in Go's and Java's readers. */
    public Optional<Member> member(String key) {
      return members.stream().filter(m -> m.key().equals(key)).reduce((first, second) -> second);
    }
  }

  public record Arr(int start, int end, List<Value> elements) implements Value {}

  public record Str(int start, int end, String text) implements Value {}

  public record Num(int start, int end, String literal) implements Value {}

  public record Bool(int start, int end, boolean isTrue) implements Value {}

  public record Null(int start, int end) implements Value {}

  /** A key with its value; {@code start} is where the key's opening quote stands. */
  public record Member(int start, String key, Value value) {}

  /** Text that is no JSON: what is wrong, and the character at which it was seen. */
  public static final class SyntaxException extends Exception {
    private final int offset;

    SyntaxException(int offset, String message) {
      super(message);
      this.offset = offset;
    }

    public int offset() {
      return offset;
    }
  }

  private final String text;
  private int at;

  private JsonText(String text) {
    this.text = text;
  }

  /** Reads the whole text as one value. */
  public static Value parse(String text) throws SyntaxException {
    JsonText reader = new JsonText(text);
    reader.blanks();
    Value value = reader.value(0);
    reader.blanks();
    if (reader.at < text.length()) {
      throw reader.wrong("unexpected text after the end");
    }
    return value;
  }

  /**
   * The value as maps (keys in order, the last of doubled ones), lists, texts, numbers (Long, else
   * Double), flags and null.
   */
  public static Object plain(Value value) {
    return switch (value) {
      case Obj object -> {
        Map<String, Object> map = new LinkedHashMap<>();
        object.members().forEach(member -> map.put(member.key(), plain(member.value())));
        yield map;
      }
      case Arr array -> {
        List<Object> list = new ArrayList<>(array.elements().size());
        array.elements().forEach(element -> list.add(plain(element)));
        yield list;
      }
      case Str string -> string.text();
      case Num number -> number(number.literal());
      case Bool flag -> flag.isTrue();
      case Null nothing -> null;
    };
  }

  /** Maps with text keys, lists, texts, numbers, flags and null as JSON, with no blank in it. */
  public static String write(Object value) {
    if (value == null) {
      return "null";
    }
    return switch (value) {
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> quote((String) entry.getKey()) + ":" + write(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case List<?> list ->
          list.stream().map(JsonText::write).collect(Collectors.joining(",", "[", "]"));
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      default -> quote(value.toString());
    };
  }

  /** A text as a JSON string with its quotes. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < 0x20) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static Object number(String literal) {
    try {
      return Long.valueOf(literal);
    } catch (NumberFormatException e) {
      return Double.valueOf(literal);
    }
  }

  private Value value(int depth) throws SyntaxException {
    if (depth > DEEPEST) {
      throw wrong("nested too deeply");
    }
    if (at >= text.length()) {
      throw wrong("unexpected end");
    }
    int start = at;
    return switch (text.charAt(at)) {
      case '{' -> object(start, depth);
      case '[' -> array(start, depth);
      case '"' -> {
        String string = string();
        yield new Str(start, at, string);
      }
      case 't' -> {
        word("true");
        yield new Bool(start, at, true);
      }
      case 'f' -> {
        word("false");
        yield new Bool(start, at, false);
      }
      case 'n' -> {
        word("null");
        yield new Null(start, at);
      }
      default -> {
        String literal = numberLiteral();
        yield new Num(start, at, literal);
      }
    };
  }

  private Obj object(int start, int depth) throws SyntaxException {
    List<Member> members = new ArrayList<>();
    at++;
    blanks();
    if (!take('}')) {
      do {
        blanks();
        int keyStart = at;
        if (at >= text.length() || text.charAt(at) != '"') {
          throw wrong("expected a key in quotes");
        }
        String key = string();
        blanks();
        if (!take(':')) {
          throw wrong("expected ':' after the key \"" + key + "\"");
        }
        blanks();
        members.add(new Member(keyStart, key, value(depth + 1)));
        blanks();
      } while (take(','));
      if (!take('}')) {
        throw wrong("expected ',' or '}'");
      }
    }
    return new Obj(start, at, List.copyOf(members));
  }

  private Arr array(int start, int depth) throws SyntaxException {
    List<Value> elements = new ArrayList<>();
    at++;
    blanks();
    if (!take(']')) {
      do {
        blanks();
        elements.add(value(depth + 1));
        blanks();
      } while (take(','));
      if (!take(']')) {
        throw wrong("expected ',' or ']'");
      }
    }
    return new Arr(start, at, List.copyOf(elements));
  }

  private String string() throws SyntaxException {
    StringBuilder string = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw wrong("a string is not closed");
      }
      char c = text.charAt(at);
      if (c < 0x20) {
        throw wrong("a control character stands in a string");
      }
      at++;
      if (c == '"') {
        return wellFormed(string);
      }
      string.append(c == '\\' ? escaped() : c);
    }
  }

  /** Half a pair of surrogates is no character: Go's encoding/json reads U+FFFD for it. */
  private static String wellFormed(CharSequence string) {
    boolean whole = true;
    for (int i = 0; i < string.length() && whole; i++) {
      whole = !Character.isSurrogate(string.charAt(i));
    }
    return whole
        ? string.toString()
        : string
            .codePoints()
            .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private char escaped() throws SyntaxException {
    if (at >= text.length()) {
      throw wrong("a string is not closed");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = at < text.length() ? IpAddress.hexDigit(text.charAt(at)) : -1;
          if (digit < 0) {
            throw wrong("\\u needs four hexadecimal digits");
          }
          code = code * 16 + digit;
          at++;
        }
        yield (char) code;
      }
      default -> {
        at--;
        throw wrong("unknown escape \\" + c);
      }
    };
  }

  private String numberLiteral() throws SyntaxException {
    int start = at;
    take('-');
    if (!take('0') && digits() == 0) {
      at = start;
      throw wrong("unexpected '" + text.charAt(start) + "'");
    }
    if (take('.') && digits() == 0) {
      throw wrong("expected a digit");
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      if (digits() == 0) {
        throw wrong("expected a digit");
      }
    }
    return text.substring(start, at);
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private void word(String word) throws SyntaxException {
    if (!text.startsWith(word, at)) {
      throw wrong("unexpected '" + text.charAt(at) + "'");
    }
    at += word.length();
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private SyntaxException wrong(String message) {
    return new SyntaxException(Math.min(at, text.length()), message);
  }
}
