package io.fipctl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.FloatingIps;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Pod;
import io.fipctl.model.StaleWriteException;
import io.fipctl.node.NodeCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LabClusterTest {
  private static final String[] VALUE = {"metadata", "annotations", FloatingIps.KEY};

  private final LabCluster cluster = LabCluster.of(LabState.healthy());

  @Test
  void every_pod_of_the_fresh_world_is_where_it_belongs() {
    LabCluster fresh = LabCluster.of(LabState.fresh());

    assertThat(fresh.list(Kind.PODS, Scope.in("shop")))
        .map(Pod::of)
        .filteredOn(pod -> !pod.finished())
        .allMatch(Pod::ready)
        .allMatch(pod -> pod.held().isEmpty())
        .extracting(pod -> pod.ref().name())
        .contains("web-0", "web-1", "web-2", "t1", "db-0", "db-1");
    assertThat(fresh.list(Kind.PODS, Scope.in("kube-system").labelled("k8s-app=calico-node")))
        .hasSize(3);
  }

  @Test
  void two_clusters_that_begin_alike_are_alike() {
    assertThat(LabCluster.of(LabState.healthy()).state().write())
        .isEqualTo(cluster.state().write());
  }

  @Test
  void a_list_holds_only_the_fields_of_its_kind() {
    ApiObject listed =
        cluster.list(Kind.PODS, Scope.in("shop")).stream()
            .filter(pod -> pod.name().equals("web-0"))
            .findFirst()
            .orElseThrow();

    assertThat(listed.has("spec", "containers")).isFalse();
    assertThat(listed.annotation(FloatingIps.KEY)).contains("[\"203.0.113.10\"]");
    assertThat(pod("web-0").has("spec", "containers")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          app=web              | web-0 web-1 web-2
          app!=web,app!=db     | api migrate t1
          app in (web, db)     | db-0 db-1 web-0 web-1 web-2
          app notin (web,db,t1),!pod-template-hash | migrate
          pod-template-hash    | api
          """)
  void labels_select(String selector, String names) {
    assertThat(cluster.list(Kind.PODS, Scope.in("shop").labelled(selector)))
        .extracting(pod -> pod.name().replaceAll("^(api|migrate)-.*", "$1"))
        .containsExactly(names.split(" "));
  }

  @Test
  void a_patch_raises_the_resource_version_and_one_without_effect_does_not() {
    ApiObject before = pod("web-2");
    JsonPatch label = JsonPatch.of(JsonPatch.add("x", "metadata", "labels", "tier"));

    ApiObject once = patch("web-2", label);
    ApiObject twice = patch("web-2", label);

    assertThat(once.resourceVersion()).isNotEqualTo(before.resourceVersion());
    assertThat(once.uid()).isEqualTo(before.uid());
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void a_test_that_does_not_hold_makes_the_write_stale() {
    JsonPatch guarded =
        JsonPatch.of(JsonPatch.test("[\"203.0.113.99\"]", VALUE), JsonPatch.replace("[]", VALUE));

    assertThatThrownBy(() -> patch("web-0", guarded)).isInstanceOf(StaleWriteException.class);
    assertThat(pod("web-0").annotation(FloatingIps.KEY)).contains("[\"203.0.113.10\"]");
  }

  @Test
  void a_path_whose_parent_is_missing_makes_the_write_stale() {
    assertThatThrownBy(
            () -> patch("web-0", JsonPatch.of(JsonPatch.add("x", "metadata", "nothing", "deep"))))
        .isInstanceOf(StaleWriteException.class);
  }

  @Test
  void numbers_are_tested_by_value() {
    ApiObject set = cluster.get(Kind.STATEFUL_SETS, "shop", "db").orElseThrow();

    assertThat(
            cluster.patch(
                Kind.STATEFUL_SETS,
                "shop",
                "db",
                JsonPatch.of(
                    JsonPatch.test(2L, "spec", "replicas"),
                    JsonPatch.replace(3L, "spec", "replicas")),
                WriteMode.REAL))
        .extracting(each -> each.number("metadata", "generation").getAsLong())
        .isEqualTo(set.number("metadata", "generation").getAsLong() + 1);
    assertThat(pod("db-2").text("status", "podIP")).isPresent();
  }

  @Test
  void a_dry_run_answers_and_changes_nothing() {
    String before = cluster.state().write();

    ApiObject answer =
        cluster.patch(
            Kind.PODS,
            "shop",
            "web-0",
            JsonPatch.of(JsonPatch.remove(VALUE)),
            WriteMode.SERVER_DRY_RUN);

    assertThat(answer.annotation(FloatingIps.KEY)).isEmpty();
    assertThat(cluster.state().write()).isEqualTo(before);
  }

  @Test
  void creating_what_is_there_is_a_conflict_and_getting_what_is_not_is_empty() {
    assertThatThrownBy(() -> cluster.create(Kind.NAMESPACES, named("shop"), WriteMode.REAL))
        .isInstanceOfSatisfying(
            FipctlException.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFLICT);
              assertThat(failure.reason()).isEqualTo("AlreadyExists");
            });
    assertThat(cluster.get(Kind.NAMESPACES, "", "nowhere")).isEmpty();
    assertThatThrownBy(
            () -> cluster.patch(Kind.NAMESPACES, "", "nowhere", JsonPatch.of(), WriteMode.REAL))
        .extracting(failure -> ((FipctlException) failure).exitCode())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void nothing_is_created_in_a_namespace_or_a_group_that_is_not_there() {
    ApiObject map = new ApiObject(Map.of("metadata", Map.of("name", "a", "namespace", "none")));

    assertThatThrownBy(() -> cluster.create(Kind.CONFIG_MAPS, map, WriteMode.REAL))
        .hasMessageContaining("namespaces \"none\" not found");
    assertThatThrownBy(
            () -> cluster.create(Kind.IP_POOLS.in(CalicoGroup.V3), named("a"), WriteMode.REAL))
        .hasMessageContaining("ippools.projectcalico.org");
  }

  @Test
  void generated_names_differ() {
    Map<String, Object> tree =
        Map.of("metadata", Map.of("generateName", "x-", "namespace", "shop"));

    assertThat(cluster.create(Kind.CONFIG_MAPS, new ApiObject(tree), WriteMode.REAL).name())
        .startsWith("x-")
        .isNotEqualTo(cluster.create(Kind.CONFIG_MAPS, new ApiObject(tree), WriteMode.REAL).name());
  }

  @Test
  void a_pod_of_a_controller_comes_back_as_another_and_a_bare_pod_does_not() {
    String uid = pod("db-0").uid();
    cluster.delete(Kind.PODS, "shop", "db-0");
    cluster.delete(Kind.PODS, "shop", "web-0");
    cluster.delete(Kind.PODS, "shop", "web-0");

    assertThat(pod("db-0").uid()).isNotEqualTo(uid);
    assertThat(cluster.get(Kind.PODS, "shop", "web-0")).isEmpty();
  }

  @Test
  void what_is_denied_is_forbidden_and_names_the_missing_rule() {
    LabCluster poor =
        LabCluster.of(
            LabState.healthy()
                .deny("list", "pods")
                .deny("create", "pods/exec")
                .deny("*", "ippools.crd.projectcalico.org"));

    assertThat(poor.allowed(Access.to("list", Kind.PODS, ""))).isFalse();
    assertThat(poor.allowed(Access.to("get", Kind.PODS, "shop"))).isTrue();
    assertThat(poor.allowed(Access.to("create", Kind.PODS, "kube-system").sub("exec"))).isFalse();
    assertForbidden(
        () -> poor.list(Kind.PODS),
        "rule missing: {apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"list\"]} cluster-wide");
    assertForbidden(
        () -> poor.get(Kind.IP_POOLS, "", "floating"),
        "rule missing: {apiGroups: [\"crd.projectcalico.org\"], resources: [\"ippools\"],"
            + " verbs: [\"get\"]} cluster-wide");
    assertForbidden(
        () -> poor.nodes().run("n1", new NodeCommand.Read(List.of())),
        "rule missing: {apiGroups: [\"\"], resources: [\"pods/exec\"],"
            + " verbs: [\"create\", \"get\"]} in namespace kube-system");
  }

  private static void assertForbidden(Runnable call, String hint) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FipctlException.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(ExitCode.FORBIDDEN);
              assertThat(failure.hint()).contains(hint);
            });
  }

  @Test
  void the_chosen_write_fails_and_is_not_made() {
    cluster.faults().failWrite(2, FipctlException.unreachable("gone"));

    patch("web-1", JsonPatch.of(JsonPatch.remove(VALUE)));

    assertThatThrownBy(() -> patch("web-0", JsonPatch.of(JsonPatch.remove(VALUE))))
        .hasMessage("gone");
    assertThat(pod("web-0").annotation(FloatingIps.KEY)).isPresent();
    assertThat(cluster.faults().writes()).isEqualTo(2);
  }

  @Test
  void a_lost_answer_leaves_the_write_made() {
    cluster.faults().loseAnswer(1);

    assertThatThrownBy(() -> patch("web-0", JsonPatch.of(JsonPatch.remove(VALUE))))
        .extracting(failure -> ((FipctlException) failure).exitCode())
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(pod("web-0").annotation(FloatingIps.KEY)).isEmpty();
  }

  @Test
  void somebody_else_can_be_faster() {
    cluster
        .faults()
        .beforeWrite(
            1,
            other ->
                other.patch(
                    Kind.PODS,
                    "shop",
                    "web-0",
                    JsonPatch.of(JsonPatch.replace("[]", VALUE)),
                    WriteMode.REAL));

    assertThatThrownBy(
            () ->
                patch(
                    "web-0",
                    JsonPatch.of(
                        JsonPatch.test("[\"203.0.113.10\"]", VALUE), JsonPatch.remove(VALUE))))
        .isInstanceOf(StaleWriteException.class);
    assertThat(cluster.faults().writes()).isEqualTo(1);
  }

  @Test
  void a_watch_tells_what_is_there_and_then_each_change() {
    List<String> seen = new ArrayList<>();

    cluster.watch(
        Kind.PODS,
        Scope.in("shop").labelled("app=web"),
        change -> {
          seen.add(change.type() + " " + change.object().name());
          if (seen.size() == 3) {
            patch("web-1", JsonPatch.of(JsonPatch.remove(VALUE)));
          } else if (seen.size() == 4) {
            cluster.delete(Kind.PODS, "shop", "web-2");
          }
          return seen.size() < 5;
        });

    assertThat(seen)
        .containsExactly(
            "ADDED web-0", "ADDED web-1", "ADDED web-2", "MODIFIED web-1", "DELETED web-2");
  }

  @Test
  void native_CRDs_have_their_own_group() {
    LabCluster v3 = LabCluster.of(LabState.fresh().nativeV3());

    assertThat(v3.apiGroups())
        .contains("projectcalico.org")
        .doesNotContain("crd.projectcalico.org");
    assertThat(v3.list(Kind.IP_POOLS)).isEmpty();
    assertThat(v3.list(Kind.IP_POOLS.in(CalicoGroup.V3)))
        .extracting(pool -> pool.text("apiVersion"))
        .containsOnly(Optional.of("projectcalico.org/v3"));
  }

  @Test
  void a_state_survives_being_written_and_read() {
    LabState state = cluster.state().stuck("n1").deny("get", "pods");

    assertThat(LabState.read(state.write()).write()).isEqualTo(state.write());
  }

  private ApiObject pod(String name) {
    return cluster.get(Kind.PODS, "shop", name).orElseThrow();
  }

  private ApiObject patch(String pod, JsonPatch patch) {
    return cluster.patch(Kind.PODS, "shop", pod, patch, WriteMode.REAL);
  }

  private static ApiObject named(String name) {
    return new ApiObject(Map.of("metadata", Map.of("name", name)));
  }
}
