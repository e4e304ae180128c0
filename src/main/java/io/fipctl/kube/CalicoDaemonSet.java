package io.fipctl.kube;

import io.fipctl.kube.Cluster.Scope;
import io.fipctl.model.ApiObject;
import io.fipctl.model.FipctlException;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The DaemonSet that runs calico-node. Whoever may write to a namespace can make one that looks
 * like it, so looks alone decide nothing: it is looked for in the namespaces in which only
 * administrators write, or in the one that the user names, and elsewhere only when a single one
 * installs the CNI plugin. Its pods are those that it controls, by UID; labels prove nothing.
 *
 * @param object the DaemonSet, whole
 * @param passedOver the others that have a container calico-node
 * @param vouchedFor whether its namespace, or the user, says that it is Calico's; else only its
 *     looks do, which is not enough to start a privileged pod from it
 */
public record CalicoDaemonSet(ApiObject object, List<PassedOver> passedOver, boolean vouchedFor) {
  /** The container that runs Felix and BIRD, in the manifests, the operator and canal. */
  public static final String CONTAINER = "calico-node";

  /** The reason of the refusal when there is none. */
  public static final String NONE = "NoCalico";

  private static final String SEVERAL = "SeveralCalicos";

  /** Where manifests, distributions and the operator install Calico; nobody's own namespaces. */
  private static final List<String> SYSTEM_NAMESPACES = List.of("kube-system", "calico-system");

  /** Where install-cni writes, as its container sees it (cni-plugin/pkg/install/install.go). */
  private static final Set<String> CNI_DIRECTORIES =
      Set.of("/host/etc/cni/net.d", "/host/opt/cni/bin");

  private static final Set<String> CNI_CONFIG =
      Set.of("CNI_NETWORK_CONFIG", "CNI_NETWORK_CONFIG_FILE");

  /**
   * A DaemonSet with a container calico-node that was not taken for Calico's.
   *
   * @param why what speaks against it
   */
  public record PassedOver(String namespace, String daemonSet, String why) {
    public String name() {
      return namespace + "/" + daemonSet;
    }

    /** Names it and says why. */
    @Override
    public String toString() {
      return "DaemonSet %s has a container %s and was passed over: %s"
          .formatted(name(), CONTAINER, why);
    }
  }

  public CalicoDaemonSet {
    passedOver = List.copyOf(passedOver);
  }

  /** Where DaemonSets must be listed for it: who names the namespace needs no right elsewhere. */
  public static Scope scope(Optional<String> namespace) {
    return namespace.map(Scope::in).orElse(Scope.ALL);
  }

  /**
   * The one among these.
   *
   * @param namespace the one that the user names
   * @param where what the cluster is called, for messages
   */
  public static CalicoDaemonSet choose(
      List<ApiObject> daemonSets, Optional<String> namespace, String where) {
    List<ApiObject> candidates = daemonSets.stream().filter(CalicoDaemonSet::isCandidate).toList();
    List<ApiObject> likely =
        likeliest(
            candidates.stream()
                .filter(
                    set ->
                        namespace
                            .map(set.namespace()::equals)
                            .orElseGet(() -> SYSTEM_NAMESPACES.contains(set.namespace())))
                .toList());
    boolean vouchedFor = !likely.isEmpty();
    if (likely.isEmpty() && namespace.isEmpty()) {
      likely = candidates.stream().filter(set -> onHost(set) && installsCni(set)).toList();
    }
    if (likely.isEmpty()) {
      throw none(candidates, namespace, where);
    }
    if (likely.size() > 1) {
      throw several(likely, where);
    }
    ApiObject chosen = likely.getFirst();
    return new CalicoDaemonSet(
        chosen,
        candidates.stream()
            .filter(set -> !set.equals(chosen))
            .map(set -> new PassedOver(set.namespace(), set.name(), why(set, namespace)))
            .toList(),
        vouchedFor);
  }

  /** Whether a refusal is one that the user can decide by naming the namespace. */
  public static boolean isUndecided(FipctlException refusal) {
    return refusal.reason().equals(NONE) || refusal.reason().equals(SEVERAL);
  }

  /** Whether it has the container; all that is not one of these is of no interest here. */
  public static boolean isCandidate(ApiObject daemonSet) {
    return container(daemonSet.object("spec", "template")).isPresent();
  }

  /** Of those on the host's network the ones that install the CNI plugin, where any does. */
  private static List<ApiObject> likeliest(List<ApiObject> sets) {
    List<ApiObject> onHost = sets.stream().filter(CalicoDaemonSet::onHost).toList();
    List<ApiObject> installing = onHost.stream().filter(CalicoDaemonSet::installsCni).toList();
    return installing.isEmpty() ? onHost : installing;
  }

  private static boolean onHost(ApiObject daemonSet) {
    return daemonSet.flag("spec", "template", "spec", "hostNetwork");
  }

  /** An init container, long ago a container, that has the config and writes it to the node. */
  private static boolean installsCni(ApiObject daemonSet) {
    ApiObject spec = daemonSet.object("spec", "template", "spec");
    Set<String> ofHost = new HashSet<>();
    spec.objects("volumes").stream()
        .filter(volume -> volume.has("hostPath"))
        .forEach(volume -> volume.text("name").ifPresent(ofHost::add));
    return Stream.of("initContainers", "containers")
        .flatMap(list -> spec.objects(list).stream())
        .anyMatch(
            container ->
                container.objects("env").stream()
                        .anyMatch(
                            entry -> entry.text("name").filter(CNI_CONFIG::contains).isPresent())
                    && container.objects("volumeMounts").stream()
                        .filter(mount -> mount.text("name").filter(ofHost::contains).isPresent())
                        .anyMatch(
                            mount ->
                                mount
                                    .text("mountPath")
                                    .filter(CNI_DIRECTORIES::contains)
                                    .isPresent()));
  }

  private static String why(ApiObject set, Optional<String> namespace) {
    if (namespace.filter(named -> !named.equals(set.namespace())).isPresent()) {
      return "it is not in namespace " + namespace.get();
    }
    if (!onHost(set)) {
      return "it is not on the host's network";
    }
    return installsCni(set)
        ? "it is not in " + String.join(" or ", SYSTEM_NAMESPACES)
        : "it does not install the CNI plugin";
  }

  private static FipctlException none(
      List<ApiObject> candidates, Optional<String> namespace, String where) {
    String place =
        namespace.map(named -> "namespace %s of %s".formatted(named, where)).orElse(where);
    if (candidates.isEmpty()) {
      return FipctlException.unsupported(
          NONE,
          "no DaemonSet of %s has a container %s".formatted(place, CONTAINER),
          "kubectl get daemonsets -A");
    }
    List<String> hints = new ArrayList<>();
    if (namespace.isEmpty()) {
      hints.add("if one of them is Calico's: --calico-namespace NS");
    }
    hints.add("kubectl get daemonsets -A");
    return FipctlException.unsupported(
        NONE,
        "no DaemonSet of %s is known to be Calico's: %s"
            .formatted(
                place,
                candidates.stream()
                    .map(set -> "%s: %s".formatted(named(set), why(set, namespace)))
                    .collect(Collectors.joining("; "))),
        hints.toArray(String[]::new));
  }

  private static FipctlException several(List<ApiObject> likely, String where) {
    String names = likely.stream().map(CalicoDaemonSet::named).collect(Collectors.joining(", "));
    boolean inOne = likely.stream().map(ApiObject::namespace).distinct().count() == 1;
    return FipctlException.unsupported(
        SEVERAL,
        "several DaemonSets of %s may be Calico's: %s".formatted(where, names),
        inOne
            ? ShellCommand.of(
                "kubectl get daemonsets -n %s  # only one can program the nodes",
                likely.getFirst().namespace())
            : ShellCommand.of(
                "--calico-namespace %s  # when that is the one", likely.getFirst().namespace()));
  }

  private static String named(ApiObject set) {
    return set.namespace() + "/" + set.name();
  }

  public String namespace() {
    return object.namespace();
  }

  /** {@code NS/NAME}. */
  public String name() {
    return named(object);
  }

  /**
   * Whether a pod is one of its own: in its namespace, where only who may write there can make
   * pods, controlled by it and no namesake, and on the host's network.
   */
  public boolean owns(ApiObject pod) {
    return pod.namespace().equals(namespace())
        && pod.flag("spec", "hostNetwork")
        && pod.objects("metadata", "ownerReferences").stream()
            .filter(owner -> owner.flag("controller"))
            .anyMatch(
                owner ->
                    !object.uid().isEmpty() && owner.text("uid").equals(Optional.of(object.uid())));
  }

  /** The container calico-node of its pods. */
  public ApiObject container() {
    return container(object.object("spec", "template")).orElseThrow();
  }

  /** The container calico-node of a pod, or of a template of pods. */
  static Optional<ApiObject> container(ApiObject pod) {
    return pod.objects("spec", "containers").stream()
        .filter(each -> each.text("name").equals(Optional.of(CONTAINER)))
        .findFirst();
  }
}
