package io.fipctl.cli;

import io.fipctl.cli.session.Environment;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where an option's value comes from when it is not typed: {@code FIPCTL_REQUEST_TIMEOUT} in the
 * environment, then {@code request-timeout} in the configuration file.
 */
final class Defaults implements IDefaultValueProvider {
  private static final String PREFIX = "FIPCTL_";

  /** Not for every run; and {@code FIPCTL_VERSION} is what pipelines call the one they install. */
  private static final Set<String> ONCE = Set.of("help", "version");

  /** What the launcher reads. */
  private static final Set<String> LAUNCHER = Set.of("FIPCTL_JAVA", "FIPCTL_CACHE");

  /**
   * Variables that are not the user's: those that Kubernetes gives to each container for a Service
   * called fipctl, and those of fipctl's own tests.
   */
  private static final Pattern OTHERS =
      Pattern.compile("FIPCTL_(PORT(_.*)?|SERVICE_(HOST|PORT)(_.*)?|E2E_.*|VERSION|HELP)");

  private final Environment environment;
  private Map<String, String> file;

  Defaults(Environment environment) {
    this.environment = environment;
  }

  /**
   * A value that was set.
   *
   * @param place the variable, or the key and its file
   */
  private record Setting(String place, String value) {}

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? setting(option).map(Setting::value).orElse(null)
        : null;
  }

  /** Whether an option has a value although it is not typed. */
  boolean isSet(OptionSpec option) {
    return setting(option).isPresent();
  }

  private Optional<Setting> setting(OptionSpec option) {
    String name = name(option);
    if (ONCE.contains(name)) {
      return Optional.empty();
    }
    String variable = variable(name);
    return Optional.of(variable)
        .filter(it -> !OTHERS.matcher(it).matches())
        .flatMap(environment::variable)
        .map(value -> new Setting(variable, value))
        .or(() -> fromFile(name));
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Where a value that was refused had been set, if it was not typed. */
  Optional<String> placeOf(ParameterException refusal) {
    // Defaults are taken before anything that was typed: a wrong one never lets it come to that.
    return refusal.getValue() != null && refusal.getArgSpec() instanceof OptionSpec option
        ? setting(option).filter(it -> it.value().equals(refusal.getValue())).map(Setting::place)
        : Optional.empty();
  }

  /**
   * Refuses what is set and read by nobody: keys of the file that no option has, and variables that
   * are called almost like one that is read.
   *
   * @param named the commands of this run
   * @param all the whole tree; only asked for when those of this run leave a name open
   * @throws FipctlException exit 2, with the name that may have been meant
   */
  void refuseUnknown(List<CommandLine> named, Supplier<CommandLine> all) {
    Set<String> here =
        named.stream().flatMap(Defaults::names).collect(Collectors.toCollection(HashSet::new));
    List<String> variables =
        environment.variables().keySet().stream()
            .filter(name -> name.toUpperCase(Locale.ROOT).startsWith(PREFIX))
            .filter(name -> !OTHERS.matcher(name).matches() && !LAUNCHER.contains(name))
            .filter(name -> here.stream().noneMatch(option -> variable(option).equals(name)))
            .sorted()
            .toList();
    List<String> keys = file().keySet().stream().filter(key -> !here.contains(key)).toList();
    if (variables.isEmpty() && keys.isEmpty()) {
      return;
    }
    Set<String> options = tree(all.get()).flatMap(Defaults::names).collect(Collectors.toSet());
    variables.forEach(name -> refuseVariable(name, options));
    keys.stream().filter(key -> !options.contains(key)).forEach(key -> refuseKey(key, options));
  }

  private static Stream<CommandLine> tree(CommandLine top) {
    return Stream.concat(
        Stream.of(top), top.getSubcommands().values().stream().distinct().flatMap(Defaults::tree));
  }

  private static Stream<String> names(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(Defaults::name)
        .filter(name -> !ONCE.contains(name));
  }

  private void refuseVariable(String name, Set<String> options) {
    Set<String> known = new TreeSet<>(LAUNCHER);
    options.stream()
        .map(Defaults::variable)
        .filter(variable -> !OTHERS.matcher(variable).matches())
        .forEach(known::add);
    if (known.contains(name) || environment.variable(name).isEmpty()) {
      return;
    }
    Misspelling.of(name, PREFIX, known)
        .ifPresent(
            near -> {
              throw FipctlException.usage(
                  "the environment variable %s is not read by fipctl".formatted(name),
                  "did you mean %s?".formatted(near),
                  "unset " + name);
            });
  }

  private void refuseKey(String key, Set<String> options) {
    String what = "%s: '%s' is not an option".formatted(environment.configFile(), key);
    throw Misspelling.of(key.replaceFirst("^-+", ""), "", new TreeSet<>(options))
        .map(near -> FipctlException.usage(what, "did you mean '%s'?".formatted(near)))
        .orElseGet(
            () ->
                FipctlException.usage(
                    what, "take the line away; a key is the name of an option without its --"));
  }

  private Optional<Setting> fromFile(String name) {
    return Optional.ofNullable(file().get(name))
        .filter(value -> !value.isEmpty())
        .map(value -> new Setting("%s in %s".formatted(name, environment.configFile()), value));
  }

  private Map<String, String> file() {
    if (file == null) {
      file = environment.configFile().map(Defaults::read).orElse(Map.of());
    }
    return file;
  }

  /** The values as they are written: what {@code on} means is the option's to say, not YAML's. */
  private static Map<String, String> read(Path path) {
    try {
      Node tree = new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(path)));
      if (tree == null) {
        return Map.of();
      }
      if (!(tree instanceof MappingNode map)) {
        throw FipctlException.usage(
            path + " is not a mapping of option names to values",
            "write lines such as 'timeout: 1m'");
      }
      Map<String, String> values = new LinkedHashMap<>();
      for (NodeTuple line : map.getValue()) {
        String key = scalar(path, line.getKeyNode(), line.getKeyNode());
        if (values.put(key, scalar(path, line.getKeyNode(), line.getValueNode())) != null) {
          throw FipctlException.usage(
              "%s says twice what '%s' is".formatted(path, key), "take one of the lines away");
        }
      }
      return values;
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw FipctlException.usage("cannot read " + path + ": " + e.getMessage());
    } catch (YAMLException e) {
      throw FipctlException.usage(
          path + " is no YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static String scalar(Path path, Node key, Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw FipctlException.usage(
        "%s, line %d: not a single value".formatted(path, key.getStartMark().getLine() + 1),
        "write lines such as 'timeout: 1m'");
  }
}
