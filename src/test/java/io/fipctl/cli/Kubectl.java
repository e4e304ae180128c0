package io.fipctl.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.LabCluster;
import io.fipctl.model.ApiObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code kubectl} on the practice cluster, as far as the doctor speaks it. What it does not know is
 * an error, as is an object that is not there.
 */
final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final List<Kind> KINDS =
      List.of(
          Kind.PODS,
          Kind.NODES,
          Kind.CONFIG_MAPS,
          Kind.DAEMON_SETS,
          Kind.DEPLOYMENTS,
          Kind.STATEFUL_SETS,
          Kind.INSTALLATIONS,
          Kind.NETWORK_POLICIES,
          Kind.IP_POOLS,
          Kind.IP_RESERVATIONS,
          Kind.FELIX_CONFIGURATIONS,
          Kind.CLUSTER_INFORMATIONS);

  /** What a command comes to. */
  enum Effect {
    /** Something has changed. */
    CHANGED,
    /** Somebody has been shown something, and goes on from there. */
    SHOWN,
    /** It would run in a container of a node, of which the practice cluster has none. */
    ON_NODE
  }

  private final LabCluster cluster;

  Kubectl(LabCluster cluster) {
    this.cluster = cluster;
  }

  /** The words of a command line. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  /** Runs {@code kubectl …} or {@code printf '…' | kubectl create -f -}. */
  Effect run(String line) {
    if (line.startsWith("printf ")) {
      List<String> words = words(line);
      if (!words.subList(2, words.size()).equals(words("| kubectl create -f -"))) {
        throw unknown(line);
      }
      created(tree(words.get(1)));
      return Effect.CHANGED;
    }
    List<String> words = words(line);
    if (!words.removeFirst().equals("kubectl")) {
      throw unknown(line);
    }
    String verb = words.removeFirst();
    List<String> inside = List.of();
    if (words.contains("--")) {
      inside = words.subList(words.indexOf("--") + 1, words.size());
      words = new ArrayList<>(words.subList(0, words.indexOf("--")));
    }
    String namespace = taken(words, "-n").orElse("");
    return switch (verb) {
      case "get", "describe", "edit" -> {
        taken(words, "-o");
        boolean everywhere = words.remove("-A");
        Kind kind = kind(words.getFirst());
        if (everywhere && !kind.namespaced()) {
          throw new AssertionError(kind + " is in no namespace: " + line);
        }
        if (words.size() > 1) {
          object(kind, namespace, words.get(1));
        } else if (kind.namespaced() && !everywhere && namespace.isEmpty()) {
          throw new AssertionError("in which namespace? " + line);
        }
        yield Effect.SHOWN;
      }
      case "drain" -> {
        object(Kind.NODES, "", words.getFirst());
        yield Effect.SHOWN;
      }
      case "exec" -> {
        ApiObject pod = object(Kind.PODS, namespace, words.getFirst());
        if (!words.contains("calico-node") || inside.isEmpty() || !pod.has("spec", "nodeName")) {
          throw unknown(line);
        }
        yield Effect.ON_NODE;
      }
      case "delete" -> {
        object(kind(words.getFirst()), namespace, words.get(1));
        cluster.delete(kind(words.getFirst()), namespace, words.get(1));
        yield Effect.CHANGED;
      }
      case "patch" -> {
        String patch = taken(words, "-p").orElseThrow();
        boolean merge = words.contains("--type=merge");
        patched(kind(words.getFirst()), namespace, words.get(1), patch, merge);
        yield Effect.CHANGED;
      }
      case "set" -> {
        if (!words.getFirst().equals("env") || !words.get(2).endsWith("-")) {
          throw unknown(line);
        }
        object(Kind.DAEMON_SETS, namespace, words.get(1).replaceFirst("daemonset/", ""));
        String variable = words.get(2).substring(0, words.get(2).length() - 1);
        cluster.change(state -> state.felixEnv(variable, ""));
        yield Effect.CHANGED;
      }
      default -> throw unknown(line);
    };
  }

  private static AssertionError unknown(String line) {
    return new AssertionError("nobody knows what this does: " + line);
  }

  private static Optional<String> taken(List<String> words, String option) {
    int at = words.indexOf(option);
    if (at < 0) {
      return Optional.empty();
    }
    words.remove(at);
    return Optional.of(words.remove(at));
  }

  /** A kind by what kubectl takes for one: its plural or singular, with or without its group. */
  private Kind kind(String word) {
    return kinds()
        .filter(
            kind ->
                word.equals(kind.resource())
                    || word.equals(kind.plural())
                    || word.equals(kind.name().toLowerCase(java.util.Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the server has no resource type " + word));
  }

  private Stream<Kind> kinds() {
    return KINDS.stream()
        .map(
            kind ->
                kind.group().equals(Kind.CRD_GROUP) || kind.group().equals(Kind.V3_GROUP)
                    ? kind.in(io.fipctl.kube.CalicoGroup.CRD)
                    : kind);
  }

  private ApiObject object(Kind kind, String namespace, String name) {
    return cluster
        .get(kind, namespace, name)
        .orElseThrow(
            () -> new AssertionError("there is no %s %s/%s".formatted(kind, namespace, name)));
  }

  private void created(ApiObject object) {
    if (object.text("kind").equals(Optional.of("List"))) {
      object.objects("items").forEach(this::created);
      return;
    }
    Kind kind =
        kinds()
            .filter(each -> object.text("kind").equals(Optional.of(each.name())))
            .filter(each -> object.text("apiVersion").equals(Optional.of(each.apiVersion())))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no matches for " + object));
    cluster.create(kind, object, WriteMode.REAL);
  }

  private void patched(Kind kind, String namespace, String name, String patch, boolean merge) {
    ApiObject old = object(kind, namespace, name);
    ObjectNode tree = JSON.valueToTree(old.tree());
    try {
      if (merge) {
        merged(tree, JSON.readTree(patch));
      } else {
        tree = (ObjectNode) io.fabric8.zjsonpatch.JsonPatch.apply(JSON.readTree(patch), tree);
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + patch, e);
    }
    ApiObject changed = tree(tree.toString());
    cluster.change(state -> state.put(kind, changed));
  }

  private static void merged(ObjectNode into, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                into.remove(field.getKey());
              } else if (field.getValue().isObject()
                  && into.get(field.getKey()) instanceof ObjectNode below) {
                merged(below, field.getValue());
              } else {
                into.set(field.getKey(), field.getValue());
              }
            });
  }

  private static ApiObject tree(String json) {
    try {
      return new ApiObject(JSON.readValue(json, new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }
}
