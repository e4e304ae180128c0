package io.fipctl.cli;

import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Turns what was typed into the types of the model, with the model's own words when it is none. */
final class Converters {
  private static final Pattern DURATION =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,6})ms)?");

  private Converters() {}

  static void register(CommandLine commandLine) {
    commandLine.registerConverter(IpAddress.class, converter(IpAddress::parse));
    commandLine.registerConverter(PodTarget.class, converter(PodTarget::parse));
    commandLine.registerConverter(Duration.class, converter(Converters::duration));
    commandLine.registerConverter(boolean.class, converter(Converters::bool));
  }

  /** A boolean as kubectl takes it, and as people write one into the environment or into YAML. */
  static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "1", "yes", "on" -> true;
      case "false", "f", "0", "no", "off" -> false;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is not a boolean: write true or false");
    };
  }

  /** A Go duration: {@code 30s}, {@code 2m}, {@code 1m30s}. */
  static Duration duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no duration: write 30s or 2m");
    }
    return Duration.ofHours(part(parts, 1))
        .plusMinutes(part(parts, 2))
        .plusSeconds(part(parts, 3))
        .plusMillis(part(parts, 4));
  }

  private static long part(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
  }

  private static <T> ITypeConverter<T> converter(Function<String, T> parse) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}
