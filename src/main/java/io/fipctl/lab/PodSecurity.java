package io.fipctl.lab;

import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.Optional;

/**
 * The admission of pods by their namespace's label, as far as the lab's pods can offend it: with
 * privileges and with what is the host's (k8s.io/pod-security-admission).
 */
final class PodSecurity {
  private static final String LABEL = "pod-security.kubernetes.io/enforce";

  private PodSecurity() {}

  static void require(LabState state, String namespace, ApiObject pod) {
    Optional<String> level =
        state
            .find(Kind.NAMESPACES, "", namespace)
            .flatMap(object -> object.label(LABEL))
            .filter(List.of("baseline", "restricted")::contains);
    boolean privileged =
        pod.objects("spec", "containers").stream()
            .anyMatch(container -> container.flag("securityContext", "privileged"));
    if (level.isPresent() && (privileged || pod.flag("spec", "hostNetwork"))) {
      throw FipctlException.forbidden(
          "AdmissionDenied",
          ("pods \"%s\" is forbidden: violates PodSecurity \"%s:latest\": host namespaces"
                  + " (hostNetwork=true, hostPID=true), privileged")
              .formatted(pod.name(), level.get()));
    }
  }
}
