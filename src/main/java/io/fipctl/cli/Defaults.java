package io.fipctl.cli;

import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where an option's value comes from when it is not typed: {@code FIPCTL_REQUEST_TIMEOUT} in the
 * environment, then {@code request-timeout} in the configuration file.
 */
final class Defaults implements IDefaultValueProvider {
  /** Not for every run; and {@code FIPCTL_VERSION} is what pipelines call the one they install. */
  private static final Set<String> ONCE = Set.of("help", "version");

  private final Environment environment;
  private Map<String, Object> file;

  Defaults(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = option.longestName().replaceFirst("^-+", "");
    if (ONCE.contains(name)) {
      return null;
    }
    String variable = "FIPCTL_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    Optional<String> value = environment.variable(variable).or(() -> fromFile(name));
    return value.map(text -> isFlag(option) ? flag(text) : text).orElse(null);
  }

  private static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class;
  }

  /** {@code FIPCTL_LAB=1} is how people write a flag in the environment. */
  private static String flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "yes", "on" -> "true";
      case "0", "no", "off" -> "false";
      default -> text;
    };
  }

  private Optional<String> fromFile(String name) {
    if (file == null) {
      file = environment.configFile().map(Defaults::read).orElse(Map.of());
    }
    return Optional.ofNullable(file.get(name)).map(Object::toString);
  }

  @SuppressWarnings("unchecked") // A YAML mapping; its keys are only compared.
  private static Map<String, Object> read(Path path) {
    try {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(path));
      if (tree == null) {
        return Map.of();
      }
      if (tree instanceof Map<?, ?> map) {
        return (Map<String, Object>) map;
      }
      throw FipctlException.usage(
          path + " is no mapping of option names to values", "write lines such as 'timeout: 1m'");
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw FipctlException.usage("cannot read " + path + ": " + e.getMessage());
    } catch (YAMLException e) {
      throw FipctlException.usage(
          path + " is no YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }
}
