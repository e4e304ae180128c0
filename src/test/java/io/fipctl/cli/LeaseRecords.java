package io.fipctl.cli;

import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.JsonPatch;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leases as another fipctl, or nobody in his right mind, has left them. */
final class LeaseRecords {
  static final String NAMESPACE = "fipctl-system";

  private LeaseRecords() {}

  /**
   * 203.0.113.10 is locked, .31 has an open release, .99 is written down for a pod that is gone.
   */
  static LabState written() {
    LabState state = LabState.healthy();
    namespace(state);
    lease(
        state,
        "fip-203-0-113-10",
        "bob@desk:7",
        annotations(state, "history", "[{\"when\":\"x\"}]"));
    lease(
        state,
        "fip-203-0-113-31",
        "",
        annotations(
            state,
            "intent",
            "{\"action\":\"release\",\"by\":\"bob\",\"from\":{\"namespace\":\"shop\",\"name\":\"web-1\","
                + "\"uid\":\""
                + uid(state, "web-1")
                + "\"}}"));
    lease(
        state,
        "fip-203-0-113-99",
        "",
        annotations(
            state,
            "holder",
            "{\"namespace\":\"shop\",\"name\":\"old\",\"uid\":\"u\",\"node\":\"n1\"}"));
    return state;
  }

  static LabState namespace(LabState state) {
    return state.with(Kind.NAMESPACES, "{\"metadata\": {\"name\": \"" + NAMESPACE + "\"}}");
  }

  /** What whoever holds a lock does as long as they live. */
  static void renew(CliFixture runs, String name, Instant time) {
    runs.cluster()
        .patch(
            Kind.LEASES,
            NAMESPACE,
            name,
            JsonPatch.of(JsonPatch.add(time.toString(), "spec", "renewTime")),
            WriteMode.REAL);
  }

  /** A Lease with this holder, last renewed at a time that nobody's clock shows. */
  static LabState lease(
      LabState state, String name, String holder, Map<String, Object> annotations) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", NAMESPACE);
    metadata.put("annotations", annotations);
    return state.with(
        Kind.LEASES,
        new ApiObject(
            Map.of(
                "metadata",
                metadata,
                "spec",
                Map.of(
                    "holderIdentity",
                    holder,
                    "leaseDurationSeconds",
                    15,
                    "acquireTime",
                    "2026-01-05T08:59:00.000000Z",
                    "renewTime",
                    "2026-01-05T08:59:30.000000Z",
                    "leaseTransitions",
                    3))));
  }

  static Map<String, Object> annotations(LabState state, String key, String value) {
    return Map.of("fipctl.io/" + key, value);
  }

  static String uid(LabState state, String pod) {
    return state.find(Kind.PODS, "shop", pod).orElseThrow().uid();
  }
}
