package io.fipctl.cli.tools;

import io.fipctl.cli.session.Session;
import io.fipctl.cli.session.Version;
import io.fipctl.model.ExitCode;
import io.fipctl.render.Document;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fipctl version}. */
@Command(name = "version", description = "Print the version of fipctl and of the Java it runs on.")
public final class VersionCommand implements Callable<Integer> {
  private final Session session;

  public VersionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String java = Runtime.version().toString();
    switch (session.format()) {
      case TABLE -> session.console().println("fipctl " + Version.current());
      case WIDE ->
          session.console().println("fipctl %s (Java %s)".formatted(Version.current(), java));
      case NAME -> session.console().println(Version.current());
      case JSON, YAML -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", Version.current());
        fields.put("java", java);
        session.console().print(new Document("Version", fields), session.format());
      }
    }
    return ExitCode.OK.number();
  }
}
