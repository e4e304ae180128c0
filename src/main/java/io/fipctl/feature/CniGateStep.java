package io.fipctl.feature;

import io.fipctl.calico.CniOnNode;
import io.fipctl.calico.FeatureGates;
import io.fipctl.change.step.Step;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.Progress;
import io.fipctl.model.StaleWriteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns the CNI gate on or off: the template in the ConfigMap, then every node by a rollout. One
 * step and not two, because the way back is in the same order: template first, then the nodes.
 */
final class CniGateStep implements Step {
  private final Cluster cluster;
  private final FeatureGates.Template.Editable seen;
  private final Map<String, CniOnNode> nodesBefore;
  private final boolean on;
  private final Optional<CalicoRollout> rollout;
  private final Runnable lastCheck;
  private final String edited;
  private boolean written;

  /**
   * @param rollout absent when the nodes are left to someone else
   * @param lastCheck refuses, when the world has changed since the plan was made
   */
  CniGateStep(
      Cluster cluster,
      FeatureGates gates,
      boolean on,
      Optional<CalicoRollout> rollout,
      Runnable lastCheck) {
    this.cluster = cluster;
    this.seen = gates.template().orRefuse();
    this.nodesBefore =
        gates.calicoNodes().stream()
            .collect(Collectors.toMap(FeatureGates.NodeGates::node, FeatureGates.NodeGates::cni));
    this.on = on;
    this.rollout = rollout;
    this.lastCheck = lastCheck;
    CniTemplate template = seen.template();
    this.edited =
        on
            ? template.enable()
            : seen.keptOriginal().map(template::disable).orElseGet(template::disable);
  }

  @Override
  public String describe() {
    String roll = rollout.isPresent() ? "roll calico-node on " + nodesBefore.size() + " nodes" : "";
    String edit =
        isEdit() ? "turn the CNI gate " + (on ? "on" : "off") + " in " + seen.place() : "";
    return edit + (edit.isEmpty() || roll.isEmpty() ? "" : " and ") + roll;
  }

  @Override
  public String byHand() {
    return on ? "fipctl disable" : "fipctl enable";
  }

  /** The unified diff of the template; empty when only the nodes are behind. */
  String diff() {
    return TextDiff.unified(
        "ConfigMap/%s -n %s, %s"
            .formatted(seen.place().name(), seen.place().namespace(), seen.place().key()),
        seen.template().text(),
        edited);
  }

  @Override
  public void tryOnServer() {
    if (isEdit()) {
      writeEdit(Cluster.WriteMode.SERVER_DRY_RUN);
    }
  }

  @Override
  public void apply(Progress progress) {
    lastCheck.run();
    if (isEdit()) {
      // Noted before the write: an answer that is lost may still have been a write.
      written = true;
      try {
        writeEdit(Cluster.WriteMode.REAL);
      } catch (StaleWriteException e) {
        written = false;
        throw e;
      }
    }
    rollout.ifPresent(r -> r.roll(cni -> on ? cni.isOn() : cni.isOff(), progress));
  }

  @Override
  public void undo(Progress progress) {
    if (!written) {
      return;
    }
    ApiObject now =
        cluster
            .get(Kind.CONFIG_MAPS, seen.place().namespace(), seen.place().name())
            .orElseThrow(
                () -> FipctlException.conflict("ConfigMapGone", seen.place() + " is gone"));
    String text = now.text("data", seen.place().key()).orElse("");
    if (!text.equals(seen.template().text())) {
      write(
          now,
          text.equals(edited) ? seen.template().text() : reversed(text),
          seen.keptOriginal(),
          Cluster.WriteMode.REAL);
    }
    rollout.ifPresent(
        r ->
            r.rollBack(
                (node, cni) -> (on ? cni.isOff() : cni.isOn()) || cni.equals(nodesBefore.get(node)),
                progress));
  }

  private boolean isEdit() {
    return !edited.equals(seen.template().text());
  }

  /** Someone else has edited the template meanwhile: their words stay, the gate goes back. */
  private String reversed(String text) {
    CniTemplate template = CniTemplate.parse(text);
    return on ? template.disable() : template.enable();
  }

  private void writeEdit(Cluster.WriteMode mode) {
    write(
        seen.configMap(),
        edited,
        on ? Optional.of(seen.template().text()) : Optional.empty(),
        mode);
  }

  private void write(
      ApiObject configMap, String text, Optional<String> kept, Cluster.WriteMode mode) {
    List<JsonPatch.Operation> operations = new ArrayList<>();
    String key = seen.place().key();
    operations.add(JsonPatch.test(configMap.text("data", key).orElseThrow(), "data", key));
    operations.add(JsonPatch.replace(text, "data", key));
    Optional<String> present = configMap.annotation(FeatureGates.KEPT_ORIGINAL);
    present.ifPresent(
        before ->
            operations.add(
                JsonPatch.test(before, "metadata", "annotations", FeatureGates.KEPT_ORIGINAL)));
    if (kept.isPresent() && !configMap.has("metadata", "annotations")) {
      operations.addFirst(
          JsonPatch.test(configMap.resourceVersion(), "metadata", "resourceVersion"));
      operations.add(JsonPatch.add(Map.of(), "metadata", "annotations"));
    }
    if (kept.isPresent()) {
      operations.add(
          JsonPatch.add(kept.get(), "metadata", "annotations", FeatureGates.KEPT_ORIGINAL));
    } else if (present.isPresent()) {
      operations.add(JsonPatch.remove("metadata", "annotations", FeatureGates.KEPT_ORIGINAL));
    }
    cluster.patch(
        Kind.CONFIG_MAPS,
        seen.place().namespace(),
        seen.place().name(),
        new JsonPatch(operations),
        mode);
  }
}
