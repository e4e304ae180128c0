package io.fipctl.cli.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this was built as. */
public final class Version {
  private Version() {}

  public static String current() {
    try (InputStream file = Version.class.getResourceAsStream("/io/fipctl/version.properties")) {
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
