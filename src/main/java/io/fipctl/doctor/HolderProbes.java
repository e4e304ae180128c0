package io.fipctl.doctor;

import io.fipctl.doctor.check.Facts;
import io.fipctl.doctor.check.Subject;
import io.fipctl.evidence.Evidence;
import io.fipctl.evidence.MissingEvidence;
import io.fipctl.evidence.ProbePlan;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.Pod;
import io.fipctl.node.NodeCommand.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The wish that nodes try to reach pods, by their floating IPs and by their own addresses.
 *
 * @param port to connect to; without one, the first that a pod names for TCP
 * @param about what of the cluster it is about, which only the API tells
 */
public record HolderProbes(OptionalInt port, Function<Evidence, Selection> about)
    implements ProbePlan {

  /** Of each pod its own address beside its floating IP. */
  @Override
  public List<Target> targets(Evidence api) {
    Selection selection = about.apply(api);
    Facts facts = new Facts(api, selection.addresses());
    List<Target> targets = new ArrayList<>();
    try {
      for (Facts.Held held : facts.held()) {
        OptionalInt to = port.isPresent() ? port : named(facts, held.pod());
        if (to.isPresent()
            && held.target().isPresent()
            && !held.pod().terminating()
            && selection.wants(Subject.of(held.address(), held.pod()))) {
          targets.add(new Target(held.target().get(), to.getAsInt()));
          targets.add(new Target(held.address(), to.getAsInt()));
        }
      }
    } catch (MissingEvidence e) {
      // Without pods there is nothing to connect to, and the checks say why.
      return List.of();
    }
    return targets.stream().distinct().toList();
  }

  private static OptionalInt named(Facts facts, Pod pod) {
    return facts.need(Kind.PODS).stream()
        .filter(object -> object.uid().equals(pod.uid()))
        .flatMap(object -> object.objects("spec", "containers").stream())
        .flatMap(container -> container.objects("ports").stream())
        .filter(HolderProbes::isTcp)
        .flatMapToLong(port -> port.number("containerPort").stream())
        .filter(port -> port >= 1 && port <= 65535)
        .mapToInt(Math::toIntExact)
        .findFirst();
  }

  private static boolean isTcp(ApiObject port) {
    Optional<String> protocol = port.text("protocol");
    return protocol.isEmpty() || protocol.get().equals("TCP");
  }
}
