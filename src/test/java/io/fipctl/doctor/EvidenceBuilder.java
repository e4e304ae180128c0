package io.fipctl.doctor;

import io.fipctl.RecordedNodes;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.Fetched;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.evidence.NodeSource;
import io.fipctl.evidence.SavedEvidence;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Evidence that begins as a recording of a healthy cluster, in which one thing is changed. */
public final class EvidenceBuilder {
  /** Each recording as it was read and parsed, once. */
  private static final Map<String, EvidenceBuilder> RECORDED = new ConcurrentHashMap<>();

  private final Map<String, Fetched<List<ApiObject>>> kinds;
  private final Map<String, Fetched<NodeEvidence>> nodes = new TreeMap<>();
  private final Evidence start;
  private boolean named = true;

  private EvidenceBuilder(Evidence start) {
    this.start = start;
    this.kinds = new TreeMap<>(start.kinds());
    start.nodes().names().forEach(node -> nodes.put(node, start.nodes().read(node)));
    for (String kind : List.of("validatingadmissionpolicies", "networkpolicies", "events")) {
      kinds.putIfAbsent(kind, new Fetched.Read<>(List.of()));
    }
  }

  /** web-0 on n1 has 203.0.113.10, web-1 on n2 .31 and .32; iptables-nft. */
  public static EvidenceBuilder healthy() {
    return recorded("v3.33-healthy");
  }

  public static EvidenceBuilder recorded(String name) {
    EvidenceBuilder recorded =
        RECORDED.computeIfAbsent(
            name, it -> new EvidenceBuilder(SavedEvidence.open(RecordedNodes.folder(it))));
    return new EvidenceBuilder(recorded.evidence());
  }

  /** Adds an object, written as YAML in flow style. */
  EvidenceBuilder with(String kind, String yaml) {
    List<ApiObject> objects = new ArrayList<>(objects(kind));
    objects.add(object(yaml));
    kinds.put(kind, new Fetched.Read<>(objects));
    return this;
  }

  @SuppressWarnings("unchecked") // YAML mappings of the tests have text keys.
  static ApiObject object(String yaml) {
    return new ApiObject(
        (Map<String, Object>) new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml));
  }

  EvidenceBuilder without(String kind) {
    kinds.remove(kind);
    return this;
  }

  public EvidenceBuilder unread(String kind, Fetched<List<ApiObject>> why) {
    kinds.put(kind, why);
    return this;
  }

  /** Sets a value of each object of a kind that has the name. */
  public EvidenceBuilder set(String kind, String name, Object value, String... path) {
    return change(kind, name, object -> replaced(object, value, List.of(path)));
  }

  EvidenceBuilder change(String kind, String name, UnaryOperator<ApiObject> change) {
    List<ApiObject> objects =
        objects(kind).stream()
            .map(object -> object.name().equals(name) ? change.apply(object) : object)
            .toList();
    kinds.put(kind, new Fetched.Read<>(objects));
    return this;
  }

  private List<ApiObject> objects(String kind) {
    return kinds.get(kind) instanceof Fetched.Read<List<ApiObject>> read ? read.value() : List.of();
  }

  private static ApiObject replaced(ApiObject object, Object value, List<String> path) {
    Map<String, Object> tree = new LinkedHashMap<>(object.tree());
    if (path.size() > 1) {
      tree.put(
          path.getFirst(),
          replaced(object.object(path.getFirst()), value, path.subList(1, path.size())).tree());
    } else if (value == null) {
      tree.remove(path.getFirst());
    } else {
      tree.put(path.getFirst(), value);
    }
    return new ApiObject(tree);
  }

  /** The pod's annotation, or none. */
  public EvidenceBuilder annotate(String pod, String value) {
    return set("pods", pod, value, "metadata", "annotations", "cni.projectcalico.org/floatingIPs");
  }

  /** Sets an environment variable of calico-node. */
  EvidenceBuilder env(String name, String value) {
    return change(
        "daemonsets",
        "calico-node",
        set -> {
          ApiObject container =
              set.objects("spec", "template", "spec", "containers").stream()
                  .filter(it -> it.text("name").orElse("").equals("calico-node"))
                  .findFirst()
                  .orElseThrow();
          List<Object> env = new ArrayList<>();
          container.objects("env").stream()
              .filter(it -> !it.text("name").orElse("").equals(name))
              .forEach(it -> env.add(it.tree()));
          if (value != null) {
            env.add(Map.of("name", name, "value", value));
          }
          return replaced(
              set,
              List.of(replaced(container, env, List.of("env")).tree()),
              List.of("spec", "template", "spec", "containers"));
        });
  }

  /** Changes the text of a node's file. */
  public EvidenceBuilder edit(String node, String file, UnaryOperator<String> edit) {
    return files(
        node,
        files -> {
          NodeEvidence.Text text = files.getOrDefault(file, new NodeEvidence.Text("", 0));
          files.put(file, new NodeEvidence.Text(edit.apply(text.text()), 0));
          return files;
        });
  }

  public EvidenceBuilder dropLines(String node, String file, Predicate<String> lines) {
    return edit(
        node,
        file,
        text ->
            text.lines()
                .filter(lines.negate())
                .map(line -> line + "\n")
                .reduce("", String::concat));
  }

  EvidenceBuilder addLine(String node, String file, String before, String line) {
    return edit(node, file, text -> text.replaceFirst("(?m)^" + before, line + "\n$0"));
  }

  public EvidenceBuilder files(
      String node,
      Function<Map<String, NodeEvidence.Text>, Map<String, NodeEvidence.Text>> change) {
    if (nodes.get(node) instanceof Fetched.Read<NodeEvidence> read) {
      nodes.put(
          node,
          new Fetched.Read<>(
              new NodeEvidence(node, change.apply(new TreeMap<>(read.value().files())))));
    }
    return this;
  }

  public EvidenceBuilder node(String node, Fetched<NodeEvidence> seen) {
    nodes.put(node, seen);
    return this;
  }

  /** As on a cluster, where the nodes are not known from folders. */
  EvidenceBuilder onlyVisited() {
    named = false;
    return this;
  }

  public Evidence evidence() {
    Map<String, Fetched<NodeEvidence>> kept = new TreeMap<>(nodes);
    return new Evidence(
        new Evidence.Origin(
            "test",
            "https://test",
            java.util.Optional.of(java.time.Instant.parse("2026-11-23T14:00:00Z"))),
        kinds,
        start.groups(),
        new NodeSource() {
          @Override
          public Set<String> names() {
            return named ? kept.keySet() : Set.of();
          }

          @Override
          public Fetched<NodeEvidence> read(String node) {
            return kept.getOrDefault(node, new Fetched.Missing<>("not in this collection"));
          }
        });
  }

  Report report() {
    return report(Selection.ALL);
  }

  Report report(Selection selection) {
    return Doctor.examine(evidence(), selection, 2, Progress.SILENT);
  }

  /** Writes the evidence to a folder, as {@code --save} does. */
  void save(Path folder) {
    try {
      java.nio.file.Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SavedEvidence.Writer writer = SavedEvidence.writer(folder);
    Evidence kept = writer.keep(evidence());
    Doctor.examine(kept, Selection.ALL, 2, Progress.SILENT);
    writer.finish(kept);
  }

  /** The nat table of iptables-legacy with Calico's chains and one rule. */
  public static String legacy(String address, String pod) {
    return """
        *nat
        :PREROUTING ACCEPT [0:0]
        :cali-PREROUTING - [0:0]
        :cali-fip-dnat - [0:0]
        -A PREROUTING -j cali-PREROUTING
        -A cali-PREROUTING -j cali-fip-dnat
        -A cali-fip-dnat -d %s/32 -j DNAT --to-destination %s
        COMMIT
        """
        .formatted(address, pod);
  }
}
