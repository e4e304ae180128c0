package io.fipctl.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PrintedText;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Represent;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The two streams of the process, and what may be done on them: colour, progress, questions.
 *
 * <p>Whatever is printed, what others wrote does nothing to the terminal ({@link PrintedText}): a
 * line stays one line, and the only control characters are the line's end and fipctl's own colours.
 */
public final class Console {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Answer outStream;
  private final OutputStream errStream;
  private final Terminal terminal;
  private boolean quiet;
  private boolean colour = true;
  private UnaryOperator<String> commands = UnaryOperator.identity();

  /**
   * What is known of the terminal.
   *
   * @param error whether stderr is one, which then may carry colour; asked only when needed
   * @param questions whether somebody can be asked: stdin and stderr are terminals
   * @param answers reads one line of the user's answer
   */
  public record Terminal(BooleanSupplier error, BooleanSupplier questions, Answers answers) {
    /** No terminal at all: pipes, CI. */
    public static final Terminal NONE = new Terminal(() -> false, () -> false, () -> "");
  }

  /** A write that failed because nobody reads any more. */
  public static final class ReaderGoneException extends IOException {
    private static final long serialVersionUID = 1;

    public ReaderGoneException(IOException cause) {
      super(cause);
    }
  }

  /** Where an answer to a question is read from. */
  @FunctionalInterface
  public interface Answers {
    /** One line; the empty text at the end of input. */
    String line() throws IOException;
  }

  /** Over the process's own streams, which may be given bytes as well. */
  public Console(OutputStream out, OutputStream err, Terminal terminal) {
    this.outStream = new Answer(out);
    this.out = new PrintWriter(outStream, false, StandardCharsets.UTF_8);
    this.err = new PrintWriter(err, false, StandardCharsets.UTF_8);
    this.errStream = err;
    this.terminal = terminal;
  }

  /** Over writers: bytes are taken for UTF-8, as much as is written between two flushes. */
  public Console(PrintWriter out, PrintWriter err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.outStream = new Answer(new Decoded(out));
    this.errStream = new Decoded(err);
    this.terminal = terminal;
  }

  private static final class Decoded extends ByteArrayOutputStream {
    private final PrintWriter writer;

    private Decoded(PrintWriter writer) {
      this.writer = writer;
    }

    @Override
    public synchronized void flush() {
      writer.print(toString(StandardCharsets.UTF_8));
      writer.flush();
      reset();
    }
  }

  /** Knows of the first write that failed; after it nothing more is tried. */
  private static final class Answer extends FilterOutputStream {
    private volatile IOException failure;

    private Answer(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      attempt(() -> out.write(bytes, from, count));
    }

    @Override
    public void flush() throws IOException {
      attempt(out::flush);
    }

    private void attempt(Attempt write) throws IOException {
      if (failure != null) {
        throw failure;
      }
      try {
        write.run();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    private interface Attempt {
      void run() throws IOException;
    }
  }

  /**
   * Why the answer, or the rest of it, could not be written; empty too when its reader has gone
   * away, as {@code | head -1} does.
   */
  public Optional<IOException> lost() {
    out.flush();
    return Optional.ofNullable(outStream.failure)
        .filter(failure -> !(failure instanceof ReaderGoneException));
  }

  /** Leaves out everything on stderr but errors. */
  public void quiet() {
    quiet = true;
  }

  public void withoutColour() {
    colour = false;
  }

  /**
   * How a line that may hold commands to type is written from now on: hints, notes and warnings,
   * and what stands for them in documents.
   */
  public void commands(UnaryOperator<String> written) {
    commands = written;
  }

  /** The answer, of as many lines as it has. */
  public void print(String text) {
    data(PrintedText.lines(text));
  }

  public void println(String line) {
    print(PrintedText.line(line) + System.lineSeparator());
  }

  /** What only a program reads, as it is. */
  public void data(String text) {
    out.print(text);
    out.flush();
  }

  /** Whether nobody reads the answer any more: {@code fipctl list -w | head -1}. */
  public boolean isCutOff() {
    return out.checkError();
  }

  /** The answer as one document. */
  public void print(Document document, Format format) {
    Map<String, Object> tree = document.written(commands).tree();
    data(format == Format.YAML ? yaml(tree) : json(tree));
  }

  /** Something worth knowing that is not the answer. */
  public void note(String line) {
    remark("", commands.apply(line));
  }

  /** The same of several lines. */
  public void notes(String text) {
    text.replace("\t", "    ").lines().forEach(this::note);
  }

  public void warning(String line) {
    remark(paint("33", "warning:") + " ", commands.apply(line));
  }

  private void remark(String lead, String line) {
    if (!quiet) {
      err.println(lead + PrintedText.line(line));
      err.flush();
    }
  }

  /** A failure: one sentence, then what to type next. */
  public void error(FipctlException failure, Format format) {
    if (format.isDocument()) {
      print(Document.error(failure), format);
    }
    explain(failure);
  }

  /** A failure for people only: its document, if any, was printed with the answer. */
  public void explain(FipctlException failure) {
    err.println(paint("31", "error:") + " " + PrintedText.line(failure.getMessage()));
    for (String hint : failure.hints()) {
      err.println("  " + PrintedText.line(commands.apply(hint)));
    }
    err.flush();
  }

  /** Whether somebody can be asked. */
  public boolean canAsk() {
    return terminal.questions().getAsBoolean();
  }

  /** Asks; only {@code y} and {@code yes} are a yes. */
  public boolean ask(String question) {
    return List.of("y", "yes").contains(answer(question + " [y/N] ").toLowerCase(Locale.ROOT));
  }

  /** Asks for one of several; whatever is none of their numbers stands for none of them. */
  public <T> Optional<T> choose(String question, List<T> among) {
    for (int i = 0; i < among.size(); i++) {
      note("  %d  %s".formatted(i + 1, among.get(i)));
    }
    String answer = answer("%s [1-%d, Enter for none] ".formatted(question, among.size()));
    return IntStream.range(0, among.size())
        .filter(i -> answer.equals(String.valueOf(i + 1)))
        .mapToObj(among::get)
        .findFirst();
  }

  /** One line of the user; the empty text when there is none. */
  private String answer(String question) {
    err.print(PrintedText.line(question));
    err.flush();
    try {
      return terminal.answers().line().strip();
    } catch (IOException e) {
      return "";
    }
  }

  public PrintWriter out() {
    return out;
  }

  /** stdout for what another program prints, byte by byte. */
  public OutputStream outStream() {
    return outStream;
  }

  /** stderr for the same. */
  public OutputStream errStream() {
    return errStream;
  }

  public PrintWriter err() {
    return err;
  }

  private String paint(String code, String text) {
    return colour && terminal.error().getAsBoolean()
        ? "\u001b[" + code + "m" + text + "\u001b[0m"
        : text;
  }

  private static String json(Map<String, Object> tree) {
    StringWriter text = new StringWriter();
    DefaultPrettyPrinter pretty = new DefaultPrettyPrinter();
    pretty.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.setPrettyPrinter(pretty);
      write(generator, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // In a JSON string an escape is the same text; outside of strings there is nothing to escape.
    return PrintedText.lines(text.append(System.lineSeparator()).toString());
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName((String) entry.getKey());
          Object field = entry.getValue();
          if (field == null) {
            generator.writeNull();
          } else {
            write(generator, field);
          }
        }
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        for (Object element : list) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case Boolean flag -> generator.writeBoolean(flag);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      default -> generator.writeString(value.toString());
    }
  }

  private static String yaml(Map<String, Object> tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndicatorIndent(0);
    options.setDereferenceAliases(true);
    return escaped(new Yaml(new Visible(options), options).dump(tree));
  }

  /** Puts a text in double quotes, where YAML has escapes, if it holds what nobody can see. */
  private static final class Visible extends Representer {
    private Visible(DumperOptions options) {
      super(options);
      Represent plain = representers.get(String.class);
      representers.put(
          String.class,
          value -> {
            // Half a surrogate pair is no character, and YAML has none.
            String text =
                ((String) value)
                    .codePoints()
                    .map(Visible::orReplaced)
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            return PrintedText.lines(text).equals(text)
                ? plain.representData(text)
                : representScalar(Tag.STR, text, DumperOptions.ScalarStyle.DOUBLE_QUOTED);
          });
    }

    private static int orReplaced(int point) {
      return Character.getType(point) == Character.SURROGATE ? 0xfffd : point;
    }
  }

  private static String escaped(String yaml) {
    StringBuilder text = new StringBuilder(yaml.length());
    yaml.codePoints()
        .forEach(
            point -> {
              String one = Character.toString(point);
              if (point == '\n' || PrintedText.isPlain(one)) {
                text.append(one);
              } else {
                text.append(
                    point > 0xffff ? "\\U%08x".formatted(point) : "\\u%04x".formatted(point));
              }
            });
    return text.toString();
  }
}
