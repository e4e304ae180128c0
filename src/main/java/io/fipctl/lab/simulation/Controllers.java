package io.fipctl.lab.simulation;

import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens in a cluster after a write: controllers, CNI and Felix do their part until nothing
 * changes any more, each in the same order every time.
 */
public final class Controllers {
  private static final int ENOUGH = 100;
  private static final List<Consumer<LabState>> PARTS =
      List.of(
          Controllers::replicas,
          DaemonSetRollout::step,
          Cni::step,
          Ipam::step,
          Felix::step,
          Traffic::step);

  private Controllers() {}

  public static void settle(LabState state) {
    for (int round = 0; round < ENOUGH; round++) {
      long before = state.version();
      PARTS.forEach(part -> part.accept(state));
      if (state.version() == before) {
        return;
      }
    }
    throw new IllegalStateException("the lab's controllers find no end");
  }

  /** ReplicaSets and StatefulSets: a pod that is missing is made, one too many is deleted. */
  private static void replicas(LabState state) {
    for (ApiObject set : state.list(Kind.REPLICA_SETS)) {
      List<ApiObject> pods = owned(state, set);
      long wanted = set.number("spec", "replicas").orElse(1);
      for (long i = pods.size(); i < wanted; i++) {
        state.put(Kind.PODS, pod(set, set.name() + "-" + suffix(state), "ReplicaSet"));
      }
      for (int i = pods.size() - 1; i >= wanted; i--) {
        state.remove(Kind.PODS, pods.get(i).namespace(), pods.get(i).name());
      }
    }
    for (ApiObject set : state.list(Kind.STATEFUL_SETS)) {
      long wanted = set.number("spec", "replicas").orElse(1);
      for (long i = 0; i < wanted; i++) {
        String name = set.name() + "-" + i;
        if (state.find(Kind.PODS, set.namespace(), name).isEmpty()) {
          state.put(Kind.PODS, pod(set, name, "StatefulSet"));
        }
      }
      for (ApiObject pod : owned(state, set)) {
        String ordinal = pod.name().substring(set.name().length() + 1);
        if (Long.parseLong(ordinal) >= wanted) {
          state.remove(Kind.PODS, pod.namespace(), pod.name());
        }
      }
    }
  }

  static List<ApiObject> owned(LabState state, ApiObject owner) {
    return state.list(Kind.PODS).stream()
        .filter(
            pod ->
                pod.objects("metadata", "ownerReferences").stream()
                    .anyMatch(each -> each.text("uid").equals(Optional.of(owner.uid()))))
        .toList();
  }

  /** A pod from the template of its owner, not scheduled yet. */
  static ApiObject pod(ApiObject owner, String name, String ownerKind) {
    Map<String, Object> tree = owner.object("spec", "template").tree();
    tree = Json.with(tree, name, "metadata", "name");
    tree = Json.with(tree, owner.namespace(), "metadata", "namespace");
    tree =
        Json.with(
            tree,
            List.of(
                Map.of(
                    "apiVersion",
                    "apps/v1",
                    "kind",
                    ownerKind,
                    "name",
                    owner.name(),
                    "uid",
                    owner.uid(),
                    "controller",
                    true,
                    "blockOwnerDeletion",
                    true)),
            "metadata",
            "ownerReferences");
    return new ApiObject(Json.with(tree, "Pending", "status", "phase"));
  }

  /** Five characters as the API server appends to generated names. */
  public static String suffix(LabState state) {
    return Digest.letters(String.valueOf(state.nextNumber()), 5);
  }
}
