package io.fipctl.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.fipctl.kube.CalicoDaemonSet.PassedOver;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CalicoDaemonSetTest {
  private static final Optional<String> ANYWHERE = Optional.empty();

  /** On the host's network, with an init container that writes this variable's config there. */
  private static ApiObject installing(String name, String variable, String mount) {
    return set(
        name,
        true,
        List.of(
            Map.of(
                "name",
                "install-cni",
                "env",
                List.of(Map.of("name", variable, "value", "{}")),
                "volumeMounts",
                List.of(Map.of("name", "net", "mountPath", mount)))));
  }

  private static ApiObject installing(String name) {
    return installing(name, "CNI_NETWORK_CONFIG", "/host/etc/cni/net.d");
  }

  /** Of which only the container speaks. */
  private static ApiObject plain(String name, boolean hostNetwork) {
    return set(name, hostNetwork, List.of());
  }

  private static ApiObject set(String name, boolean hostNetwork, List<Object> initContainers) {
    String[] parts = name.split("/", 2);
    return new ApiObject(
        Map.of(
            "metadata",
            Map.of("namespace", parts[0], "name", parts[1], "uid", "uid of " + name),
            "spec",
            Map.of(
                "template",
                Map.of(
                    "spec",
                    Map.of(
                        "hostNetwork",
                        hostNetwork,
                        "initContainers",
                        initContainers,
                        "containers",
                        List.of(Map.of("name", "calico-node")),
                        "volumes",
                        List.of(Map.of("name", "net", "hostPath", Map.of("path", "/etc/cni"))))))));
  }

  private static CalicoDaemonSet chosen(Optional<String> namespace, ApiObject... sets) {
    return CalicoDaemonSet.choose(List.of(sets), namespace, "test");
  }

  private static FipctlException refused(Optional<String> namespace, ApiObject... sets) {
    return catchThrowableOfType(FipctlException.class, () -> chosen(namespace, sets));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kube-system/calico-node", "kube-system/canal", "calico-system/calico-node"})
  void one_in_a_system_namespace_is_calicos_whoever_else_looks_like_it(String name) {
    CalicoDaemonSet found =
        chosen(ANYWHERE, installing("apps/calico-node"), installing(name), plain("web/a", false));

    assertThat(found.name()).isEqualTo(name);
    assertThat(found.vouchedFor()).isTrue();
    assertThat(found.passedOver())
        .extracting(PassedOver::name, PassedOver::why)
        .containsExactly(
            tuple("apps/calico-node", "it is not in kube-system or calico-system"),
            tuple("web/a", "it is not on the host's network"));
  }

  @Test
  void a_policy_engine_that_leaves_the_cni_plugin_to_others_is_calicos_too() {
    assertThat(chosen(ANYWHERE, plain("kube-system/calico-node", true)).vouchedFor()).isTrue();
  }

  @Test
  void of_several_in_its_namespace_it_is_the_one_that_installs_the_cni_plugin() {
    assertThat(
            chosen(ANYWHERE, plain("kube-system/old", true), installing("kube-system/calico-node"))
                .name())
        .isEqualTo("kube-system/calico-node");
  }

  @ParameterizedTest
  @CsvSource({
    "CNI_NETWORK_CONFIG, /host/etc/cni/net.d",
    "CNI_NETWORK_CONFIG_FILE, /host/opt/cni/bin"
  })
  void elsewhere_the_only_one_that_installs_the_cni_plugin_is_taken_for_it(
      String variable, String mount) {
    CalicoDaemonSet found =
        chosen(ANYWHERE, installing("net/canal", variable, mount), plain("apps/calico-node", true));

    assertThat(found.name()).isEqualTo("net/canal");
    assertThat(found.vouchedFor()).isFalse();
    assertThat(found.passedOver())
        .extracting(PassedOver::why)
        .containsExactly("it does not install the CNI plugin");
  }

  @Test
  void the_user_vouches_for_what_they_name() {
    CalicoDaemonSet found =
        chosen(Optional.of("net"), installing("kube-system/calico-node"), installing("net/canal"));

    assertThat(found.name()).isEqualTo("net/canal");
    assertThat(found.vouchedFor()).isTrue();
  }

  @Test
  void between_several_nothing_is_chosen() {
    FipctlException tenants = refused(ANYWHERE, installing("a/x"), installing("b/y"));
    FipctlException system =
        refused(ANYWHERE, installing("kube-system/x"), installing("calico-system/y"));
    FipctlException one =
        refused(
            Optional.of("kube-system"), installing("kube-system/x"), installing("kube-system/y"));

    assertThat(List.of(tenants, system, one))
        .extracting(FipctlException::exitCode)
        .containsOnly(ExitCode.UNSUPPORTED);
    assertThat(tenants).hasMessageContaining("a/x, b/y");
    assertThat(tenants.hint().orElseThrow()).startsWith("--calico-namespace a");
    assertThat(system).hasMessageContaining("kube-system/x, calico-system/y");
    assertThat(one.hint().orElseThrow()).startsWith("kubectl get daemonsets -n kube-system");
  }

  @Test
  void what_only_has_the_container_is_nobodys() {
    FipctlException refused =
        refused(
            ANYWHERE,
            plain("a/x", true),
            installing("b/y", "CNI_NETWORK_CONFIG", "/somewhere"),
            installing("c/z", "OTHER", "/host/etc/cni/net.d"),
            plain("kube-system/w", false));

    assertThat(refused.reason()).isEqualTo(CalicoDaemonSet.NONE);
    assertThat(refused)
        .hasMessageContaining("a/x: it does not install the CNI plugin")
        .hasMessageContaining("kube-system/w: it is not on the host's network");
    assertThat(refused.hint().orElseThrow()).contains("--calico-namespace NS");
  }

  @Test
  void a_daemonset_without_a_uid_owns_nothing() {
    ApiObject nameless =
        new ApiObject(
            Map.of(
                "metadata",
                Map.of("namespace", "kube-system", "name", "x"),
                "spec",
                plain("kube-system/x", true).object("spec").tree()));
    ApiObject pod =
        new ApiObject(
            Map.of(
                "metadata",
                Map.of(
                    "namespace",
                    "kube-system",
                    "ownerReferences",
                    List.of(Map.of("controller", true, "uid", ""))),
                "spec",
                Map.of("hostNetwork", true)));

    assertThat(chosen(ANYWHERE, nameless).owns(pod)).isFalse();
  }
}
