package io.fipctl.render;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.fipctl.model.FipctlException;
import java.io.ByteArrayOutputStream;
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

/** The two streams of the process, and what may be done on them: colour, progress, questions. */
public final class Console {
  private final PrintWriter out;
  private final PrintWriter err;
  private final OutputStream outStream;
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

  /** Where an answer to a question is read from. */
  @FunctionalInterface
  public interface Answers {
    /** One line; the empty text at the end of input. */
    String line() throws IOException;
  }

  /** Over the process's own streams, which may be given bytes as well. */
  public Console(OutputStream out, OutputStream err, Terminal terminal) {
    this.out = new PrintWriter(out, false, StandardCharsets.UTF_8);
    this.err = new PrintWriter(err, false, StandardCharsets.UTF_8);
    this.outStream = out;
    this.errStream = err;
    this.terminal = terminal;
  }

  /** Over writers: bytes are taken for UTF-8, as much as is written between two flushes. */
  public Console(PrintWriter out, PrintWriter err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.outStream = new Decoded(out);
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

  /** The answer, as it is. */
  public void print(String text) {
    out.print(text);
    out.flush();
  }

  public void println(String line) {
    print(line + System.lineSeparator());
  }

  /** Whether nobody reads the answer any more: {@code fipctl list -w | head -1}. */
  public boolean isCutOff() {
    return out.checkError();
  }

  /** The answer as one document. */
  public void print(Document document, Format format) {
    Map<String, Object> tree = document.written(commands).tree();
    print(format == Format.YAML ? yaml(tree) : json(tree));
  }

  /** Something worth knowing that is not the answer. */
  public void note(String line) {
    say(commands.apply(line));
  }

  public void warning(String line) {
    say(paint("33", "warning:") + " " + commands.apply(line));
  }

  private void say(String line) {
    if (!quiet) {
      err.println(line);
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
    err.println(paint("31", "error:") + " " + failure.getMessage());
    for (String hint : failure.hints()) {
      err.println("  " + commands.apply(hint));
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
    err.print(question);
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
    return text.append(System.lineSeparator()).toString();
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
    return new Yaml(options).dump(tree);
  }
}
