package io.fipctl.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line to type in a shell: of words that fipctl chose, and of values that others chose.
 *
 * <p>Names of objects are names as the API server has them (RFC 1123), and nothing else is taken
 * for one: what is not, as only a forged collection or a forged answer has it, could be another
 * command or an option, and then there is no command. Every other text is quoted.
 */
public final class ShellCommand {
  /** What stands where a command would be; a shell does nothing with it. */
  public static final String NONE =
      "# no command: the name of an object in it is no name that Kubernetes allows (RFC 1123)";

  private static final int LONGEST_NAME = 253;
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:][A-Za-z0-9_./:,@%+=-]*");

  /** Words, and nothing that a shell would do something about. */
  private static final Pattern PROSE = Pattern.compile("[A-Za-z0-9_./:,@%+= -]*");

  private ShellCommand() {}

  /** A part of a line; without a text when there is none that may be typed. */
  public record Part(Optional<String> text) {
    @Override
    public String toString() {
      return text.orElse(NONE);
    }
  }

  /**
   * The line, or {@link #NONE}.
   *
   * @param template the command; a remark may follow behind {@code #}
   * @param values what stands for each {@code %s}: names as text, {@code NS/NAME} or {@code
   *     KIND/NAME} among them; addresses; {@link Part}s; or several of them, which are joined by
   *     commas
   */
  public static String of(String template, Object... values) {
    return part(template, values).toString();
  }

  /** A piece of a line, made like one. */
  // The annotation that is asked for is a library of its own; each text is printed by a test.
  @SuppressWarnings("AnnotateFormatMethod")
  public static Part part(String template, Object... values) {
    List<Optional<String>> words = Stream.of(values).map(ShellCommand::shown).toList();
    return new Part(
        words.stream().allMatch(Optional::isPresent)
            ? Optional.of(
                values.length == 0
                    ? template
                    : template.formatted(words.stream().map(Optional::get).toArray()))
            : Optional.empty());
  }

  /**
   * A text of others within a sentence for people: if somebody pastes that into a shell, the text
   * runs nothing.
   */
  public static String quoted(String text) {
    return PROSE.matcher(text).matches() ? text : word(text).text().orElse("(unprintable)");
  }

  /** A text that is no name of an object, such as a selector or a folder, as one word. */
  public static Part word(String text) {
    if (text.startsWith("-") || !PrintedText.isPlain(text)) {
      return new Part(Optional.empty());
    }
    boolean plain = PLAIN.matcher(text).matches();
    return new Part(Optional.of(plain ? text : "'" + text.replace("'", "'\\''") + "'"));
  }

  /** Commands of which each is run when the one before went well, as one word for a shell. */
  public static Part script(List<Part> commands) {
    return commands.stream().map(Part::text).allMatch(Optional::isPresent)
        ? word(commands.stream().map(Part::toString).collect(Collectors.joining(" && ")))
        : new Part(Optional.empty());
  }

  private static Optional<String> shown(Object value) {
    return switch (value) {
      case Part part -> part.text();
      case Collection<?> several -> {
        List<Optional<String>> words = several.stream().map(ShellCommand::shown).toList();
        yield words.stream().allMatch(Optional::isPresent)
            ? Optional.of(words.stream().map(Optional::get).collect(Collectors.joining(",")))
            : Optional.empty();
      }
      case String name -> Optional.of(name).filter(ShellCommand::isName);
      case PodRef pod -> Optional.of(pod.toString()).filter(ShellCommand::isName);
      default -> Optional.of(value.toString()).filter(text -> PLAIN.matcher(text).matches());
    };
  }

  /** Whether it may be an object's name, or two of them such as {@code NS/NAME}. */
  private static boolean isName(String text) {
    return Stream.of(text.split("/", 2))
        .allMatch(part -> part.length() <= LONGEST_NAME && NAME.matcher(part).matches());
  }
}
