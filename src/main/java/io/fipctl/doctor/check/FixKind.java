package io.fipctl.doctor.check;

import io.fipctl.calico.NewPool;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every command that the doctor tells to type: its words and its risk. The gaps are filled by what
 * {@link ShellCommand} takes; what it refuses leaves the advice without a command.
 *
 * <p>A test types each of them on the practice cluster, on an API server or on nodes.
 */
public enum FixKind {
  LIST_KIND(Risk.SAFE, "kubectl get %s"),
  CLEAN_UP(Risk.SAFE, "fipctl cleanup -n %s"),
  BREAK_LOCK(Risk.DISRUPTIVE, "fipctl lock break %s%s"),
  RECOVER(Risk.DISRUPTIVE, "fipctl recover %s%s"),
  LIST_DAEMON_SETS(Risk.SAFE, "kubectl get daemonsets -A"),
  SHOW_DAEMON_SET(Risk.SAFE, "kubectl get daemonset -n %s %s -o yaml"),
  SHOW_DATASTORE(Risk.SAFE, "kubectl get clusterinformations.%s default -o yaml"),
  UNSET_VARIABLE(Risk.DISRUPTIVE, "kubectl set env -n %s daemonset/%s %s-"),
  ENABLE(Risk.DISRUPTIVE, "fipctl enable%s"),
  SHOW_STATUS(Risk.SAFE, "fipctl status"),
  RELEASE_POD(Risk.SAFE, "fipctl release --pod %s"),
  RELEASE_POD_UNVERIFIED(Risk.SAFE, "fipctl release --pod %s --unverified"),
  RELEASE_AND_ASSIGN(Risk.SAFE, "fipctl release --pod %1$s && fipctl assign %1$s %2$s"),
  REWRITE_ANNOTATION(Risk.SAFE, "fipctl doctor %s --check FIP-202 --fix"),
  LIST_PODS(Risk.SAFE, "kubectl get pods -A -o wide"),
  RELEASE_FROM(Risk.DISRUPTIVE, "fipctl release %s --pod %s"),
  CREATE_POOL(Risk.RISKY, NewPool.COMMAND),
  EXPORT_POOL(
      Risk.DISRUPTIVE,
      "kubectl patch ippools.%s %s --type=merge -p '{\"spec\":{\"disableBGPExport\":false}}'"),
  STOP_ENCAPSULATION(
      Risk.DISRUPTIVE,
      "kubectl patch ippools.%s %s --type=merge"
          + " -p '{\"spec\":{\"ipipMode\":\"Never\",\"vxlanMode\":\"Never\"}}'"),
  RESERVE(
      Risk.SAFE,
      "printf '{\"apiVersion\":\"%s\",\"kind\":\"IPReservation\",\"metadata\":{\"name\":\"fip-%s\"},"
          + "\"spec\":{\"reservedCIDRs\":[%s]}}' | kubectl create -f -"),
  CLEAR_TEMPLATE(
      Risk.DISRUPTIVE,
      "kubectl patch %s -n %s %s --type=json -p '[{\"op\":\"remove\",\"path\":"
          + "\"/spec/template/metadata/annotations/cni.projectcalico.org~1floatingIPs\"}]'"),
  RECREATE_PODS(
      Risk.DISRUPTIVE,
      "kubectl patch %s -n %s %s --type=merge"
          + " -p '{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}'"),
  EXAMINE_AGAIN(Risk.SAFE, "fipctl doctor --node %s --check %s"),
  RESTART_CALICO_NODE(Risk.DISRUPTIVE, "kubectl delete pod -n %s %s"),
  SHOW_ADDRESS(Risk.SAFE, "fipctl show %s"),
  SHOW_NAT(Risk.SAFE, "fipctl nat %s"),
  DESCRIBE_NODE(Risk.SAFE, "kubectl describe node %s"),
  DESCRIBE_POD(Risk.SAFE, "kubectl describe pod -n %s %s"),
  SHOW_POLICIES(Risk.SAFE, "kubectl describe networkpolicies -n %s"),
  REMOVE_LEFTOVER_RULES(Risk.RISKY, Template.ON_NODE),
  DELETE_FLOWS(Risk.DISRUPTIVE, Template.ON_NODE),
  FORWARD_PACKETS(Risk.SAFE, Template.ON_NODE),
  ACCEPT_FORWARDED(Risk.RISKY, Template.ON_NODE),
  SHOW_RULESET(Risk.SAFE, Template.ON_NODE),
  LOOSEN_REVERSE_PATH(Risk.DISRUPTIVE, Template.ON_NODE),
  DELETE_ROUTE(Risk.DISRUPTIVE, Template.ON_NODE);

  /** What several kinds have in common. */
  private static final class Template {
    /** Namespace and name of the pod, and what is typed into its container. */
    static final String ON_NODE = "kubectl exec -n %s %s -c calico-node -- %s";
  }

  private final Risk risk;
  private final String template;

  FixKind(Risk risk, String template) {
    this.risk = risk;
    this.template = template;
  }

  public Risk risk() {
    return risk;
  }

  /** Its name in documents: {@code delete-flows}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The command with its gaps filled, in their order. */
  Advice advice(Object... values) {
    return new Advice(
        risk, Optional.of(this), ShellCommand.part(template, values).text(), "", Optional.empty());
  }

  /**
   * The same done several times, one after the other.
   *
   * @param values what fills the gaps, for each time
   */
  Advice each(List<Object[]> values) {
    List<Optional<String>> lines =
        values.stream().map(each -> ShellCommand.part(template, each).text()).toList();
    return new Advice(
        risk,
        Optional.of(this),
        lines.stream().allMatch(Optional::isPresent)
            ? Optional.of(String.join(" && ", lines.stream().map(Optional::get).toList()))
            : Optional.empty(),
        "",
        Optional.empty());
  }
}
