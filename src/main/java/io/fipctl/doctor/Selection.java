package io.fipctl.doctor;

import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.Check;
import io.fipctl.doctor.check.Finding;
import io.fipctl.doctor.check.Subject;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of the catalogue and of the cluster a run is about.
 *
 * @param checks ids or areas; all when empty
 * @param skipped ids or areas
 * @param nodes the nodes to visit; all when empty
 * @param addresses with the pods the only ones that matter; all when both are empty
 * @param suppressed findings that the user knows of
 * @param before whether this is only about the cluster, before anything is deployed
 */
public record Selection(
    List<String> checks,
    List<String> skipped,
    Set<String> nodes,
    Set<IpAddress> addresses,
    Set<PodRef> pods,
    List<Suppression> suppressed,
    boolean before) {
  public static final Selection ALL =
      new Selection(List.of(), List.of(), Set.of(), Set.of(), Set.of(), List.of(), false);

  /**
   * A finding that is not to be reported: a check and the thing it is about, {@code NS/NAME} of a
   * pod, an address, a node or another object.
   */
  public record Suppression(String check, String object) {
    boolean hides(Finding finding) {
      Subject subject = finding.subject();
      return finding.check().equalsIgnoreCase(check)
          && (subject.pod().map(Object::toString).equals(Optional.of(object))
              || subject.object().equals(Optional.of(object))
              || subject.nodes().contains(object)
              || subject.nodes().contains(object.replaceFirst("^node/", ""))
              || subject.toString().equals(object));
    }
  }

  /** Whether the user knows of a finding: of the thing, or of every address that it is about. */
  boolean hides(Finding finding) {
    List<IpAddress> concerned = finding.subject().addresses();
    return suppressed.stream().anyMatch(one -> one.hides(finding))
        || (!concerned.isEmpty()
            && concerned.stream()
                .allMatch(
                    address ->
                        suppressed.contains(new Suppression(finding.check(), address.toString()))));
  }

  /** The same about these addresses and pods only. */
  public Selection about(Scope scope) {
    return new Selection(
        checks, skipped, nodes, scope.addresses(), scope.pods(), suppressed, before);
  }

  /** Whether a check is to be run. */
  public boolean wants(Check check) {
    return (checks.isEmpty() || names(checks, check))
        && !names(skipped, check)
        && !(before && (check.area() != Area.ACCESS && check.area() != Area.CALICO));
  }

  boolean wantsNode(String node) {
    return nodes.isEmpty() || nodes.contains(node);
  }

  /** Whether what a finding is about matters here. */
  boolean wants(Subject subject) {
    if (subject.addresses().isEmpty() && subject.pod().isEmpty()) {
      return nodes.isEmpty()
          || subject.nodes().isEmpty()
          || subject.nodes().stream().anyMatch(nodes::contains);
    }
    return (addresses.isEmpty() && pods.isEmpty())
        || subject.addresses().stream().anyMatch(addresses::contains)
        || subject.pod().filter(pods::contains).isPresent();
  }

  private static boolean names(List<String> words, Check check) {
    return words.stream()
        .anyMatch(
            word ->
                word.equalsIgnoreCase(check.id())
                    || word.equalsIgnoreCase(check.area().toString()));
  }
}
