package io.fipctl.render;

import io.fipctl.calico.CalicoInstall;
import io.fipctl.calico.ClusterStatus;
import io.fipctl.calico.CniOnNode;
import io.fipctl.calico.FeatureGates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** How the answer of {@code status} looks. */
public final class ClusterStatusPrinter {
  private static final String UNKNOWN = "unknown";

  private ClusterStatusPrinter() {}

  /** What holds for the whole cluster, a line each. */
  public static String summary(ClusterStatus status) {
    CalicoInstall install = status.gates().install();
    Lines text = new Lines();
    line(
        text,
        "Calico",
        "%s, %s/%s"
            .formatted(
                install.version().or(install::runningVersion).orElse("version unknown"),
                install.namespace(),
                install.daemonSet()));
    install
        .others()
        .forEach((name, why) -> line(text, "Passed over", "%s (%s)".formatted(name, why)));
    line(text, "Dataplane", word(status.dataplane()));
    line(text, "Datastore", word(install.datastore()));
    line(text, "Routes by", install.backend());
    line(text, "API group", install.apiVersion());
    line(text, "Operator", install.operatorManaged() ? "yes" : "no");
    line(text, "CNI gate", cniGate(status.gates()));
    line(text, "Felix gate", felixGate(status.gates()));
    status.overrides().forEach(source -> line(text, "Override", source.toString()));
    line(text, "Guard", guard(status));
    line(text, "Addresses", "%d on %d pods".formatted(status.addresses().size(), status.holders()));
    return text.toString();
  }

  /** What holds for each node. */
  public static Table nodes(ClusterStatus status) {
    List<List<String>> rows = new ArrayList<>();
    for (FeatureGates.NodeGates node : status.gates().nodes()) {
      rows.add(
          List.of(
              node.node(),
              node.nodeReady() ? "yes" : "no",
              cni(node.cni()),
              node.calicoNode().isPresent() ? word(node.felix().state()) : "<none>",
              file(node.cni())));
    }
    return new Table(List.of("NODE", "READY", "CNI-GATE", "FELIX-GATE", "CNI-CONFIG"), rows);
  }

  /**
   * What is wrong, and what to type.
   *
   * @param commands how commands to type are written
   */
  public static String problems(ClusterStatus status, UnaryOperator<String> commands) {
    Lines text = new Lines();
    for (ClusterStatus.Problem problem : status.problems()) {
      text.add(problem.object() + ": " + problem.text());
      problem.fix().ifPresent(fix -> text.add("  " + commands.apply(fix)));
    }
    return text.toString();
  }

  public static Document document(ClusterStatus status) {
    CalicoInstall install = status.gates().install();
    Map<String, Object> calico = new LinkedHashMap<>();
    calico.put("version", install.version().or(install::runningVersion).orElse(null));
    calico.put("namespace", install.namespace());
    calico.put("daemonSet", install.daemonSet());
    calico.put("dataplane", word(status.dataplane()));
    calico.put("datastore", word(install.datastore()));
    calico.put("datastoreReady", install.datastoreReady().orElse(null));
    calico.put("backend", install.backend());
    calico.put("apiVersion", install.apiVersion());
    calico.put("operatorManaged", install.operatorManaged());
    calico.put("cniConfig", install.cni().toString());
    calico.put(
        "passedOver",
        install.others().entrySet().stream()
            .map(other -> Map.of("daemonSet", other.getKey(), "why", other.getValue()))
            .toList());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("calico", calico);
    fields.put("cniGate", cniGate(status.gates()));
    fields.put("felixGate", felixGate(status.gates()));
    fields.put("nodes", status.gates().nodes().stream().map(ClusterStatusPrinter::node).toList());
    fields.put("overrides", status.overrides().stream().map(Object::toString).toList());
    fields.put("guards", status.guards().orElse(null));
    fields.put("addresses", status.addresses().stream().map(Object::toString).toList());
    fields.put("holders", status.holders());
    fields.put("problems", status.problems().stream().map(ClusterStatusPrinter::problem).toList());
    return new Document("ClusterStatus", fields);
  }

  private static Map<String, Object> node(FeatureGates.NodeGates node) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", node.node());
    fields.put("ready", node.nodeReady());
    fields.put("cniGate", cni(node.cni()));
    fields.put("cniConfig", file(node.cni()));
    fields.put("felixGate", word(node.felix().state()));
    fields.put("felixSource", node.felix().source());
    fields.put("calicoNode", node.calicoNode().map(pod -> pod.ref().toString()).orElse(null));
    return fields;
  }

  private static Map<String, Object> problem(ClusterStatus.Problem problem) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("object", problem.object());
    fields.put("text", problem.text());
    fields.put("fix", problem.fix().orElse(null));
    return fields;
  }

  private static String guard(ClusterStatus status) {
    return status
        .guards()
        .map(
            names ->
                names.isEmpty()
                    ? "none: whoever may edit pods may claim any address"
                    : String.join(", ", names))
        .orElse(UNKNOWN);
  }

  private static String cniGate(FeatureGates gates) {
    if (gates.template() instanceof FeatureGates.Template.Refused) {
      return UNKNOWN;
    }
    return gates.template().isOn() ? "on" : "off";
  }

  /** One word where all nodes agree. */
  private static String felixGate(FeatureGates gates) {
    List<String> states =
        gates.calicoNodes().stream().map(node -> word(node.felix().state())).distinct().toList();
    return states.size() == 1 ? states.getFirst() : states.isEmpty() ? UNKNOWN : "differs by node";
  }

  private static String cni(CniOnNode cni) {
    return switch (cni) {
      case CniOnNode.Calicos calicos ->
          switch (calicos.gate()) {
            case ON -> "on";
            case OFF, ABSENT -> "off";
            case BROKEN -> "broken";
          };
      case CniOnNode.Foreign foreign -> "no effect";
      case CniOnNode.Unknown unknown -> UNKNOWN;
    };
  }

  private static String file(CniOnNode cni) {
    return switch (cni) {
      case CniOnNode.Calicos calicos -> calicos.file();
      case CniOnNode.Foreign foreign -> foreign.file();
      case CniOnNode.Unknown unknown -> "<unknown>";
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void line(Lines text, String title, String value) {
    text.add(title, 11, value);
  }
}
