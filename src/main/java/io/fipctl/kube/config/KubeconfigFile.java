package io.fipctl.kube.config;

import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** One kubeconfig file as it stands on disk. */
record KubeconfigFile(Path path, ApiObject content) {
  private static final String ANOTHER = "mend it, or name another one with --kubeconfig";

  /** CA bundles and certificates are inline; a kubeconfig of many clusters has megabytes. */
  private static final int LARGEST = 64 * 1024 * 1024;

  static KubeconfigFile read(Path path) {
    Path file = path.toAbsolutePath().normalize();
    try (InputStream in = Files.newInputStream(file)) {
      Object content = yaml().load(in);
      return new KubeconfigFile(file, tree(file, content));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw FipctlException.usage(
              "the kubeconfig " + file + " is no YAML: line " + line + ": " + e.getProblem(),
              ANOTHER)
          .causedBy(e);
    } catch (YAMLException e) {
      throw FipctlException.usage(
              "the kubeconfig " + file + " is no YAML: " + e.getMessage(), ANOTHER)
          .causedBy(e);
    } catch (IOException e) {
      throw FipctlException.usage(
              "the kubeconfig " + file + " cannot be read: " + e.getMessage(), ANOTHER)
          .causedBy(e);
    }
  }

  /** A path in the file is relative to the file. */
  Path resolve(String relative) {
    return path.resolveSibling(relative);
  }

  @SuppressWarnings("unchecked") // Keys that are no text are looked up by nobody.
  private static ApiObject tree(Path file, Object content) {
    if (content == null) {
      return ApiObject.EMPTY;
    }
    if (content instanceof Map<?, ?> map) {
      return new ApiObject((Map<String, Object>) map);
    }
    throw FipctlException.usage(
        "the kubeconfig " + file + " is no kubeconfig: no mapping", ANOTHER);
  }

  private static Yaml yaml() {
    LoaderOptions loading = new LoaderOptions();
    loading.setCodePointLimit(LARGEST);
    DumperOptions dumping = new DumperOptions();
    return new Yaml(
        new SafeConstructor(loading),
        new Representer(dumping),
        dumping,
        loading,
        new PlainResolver());
  }

  /** Nulls, flags and decimal numbers only: a token may look like a date, a name like "no". */
  private static final class PlainResolver extends Resolver {
    private static final Pattern FLAG = Pattern.compile("true|false");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.NULL, EMPTY, null);
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.BOOL, FLAG, "tf");
      addImplicitResolver(Tag.INT, NUMBER, "-0123456789");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
    }
  }
}
