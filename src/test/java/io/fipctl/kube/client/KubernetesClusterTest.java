package io.fipctl.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.CalicoGroup;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.kube.client.FakeApiServer.Asked;
import io.fipctl.kube.client.FakeApiServer.Said;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.StaleWriteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesClusterTest {
  private static final JsonPatch PATCH =
      JsonPatch.of(
          JsonPatch.test("7", "metadata", "resourceVersion"),
          JsonPatch.add("[]", "metadata", "annotations", "cni.projectcalico.org/floatingIPs"));

  private static final String MADE =
      "{\"metadata\":{\"annotations\":{\"cni.projectcalico.org/floatingIPs\":\"[]\"}}}";

  private static final String GROUPS =
      """
      {"groups":[{"name":"crd.projectcalico.org","versions":[{"version":"v1"}]}]}
      """;

  private final FakeApiServer server = FakeApiServer.start();
  private final Cluster cluster = server.cluster();

  @AfterEach
  void stop() {
    cluster.close();
    server.close();
  }

  @Test
  void lists_what_is_looked_at_and_drops_the_rest() {
    server.says(
        "GET /api/v1/pods",
        200,
        """
        {"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[
          {"metadata":{"name":"web-0","namespace":"shop","managedFields":[{"a":1}],
                       "annotations":{"cni.projectcalico.org/podIP":"10.0.0.1/32","big":"x"}},
           "spec":{"nodeName":"n1","containers":[{"name":"c"}]},
           "status":{"conditions":[{"type":"Ready","reason":"x"}]}}]}
        """);

    assertThat(cluster.list(Kind.PODS))
        .containsExactly(
            new ApiObject(
                Map.of(
                    "metadata",
                    Map.of(
                        "name",
                        "web-0",
                        "namespace",
                        "shop",
                        "annotations",
                        Map.of("cni.projectcalico.org/podIP", "10.0.0.1/32")),
                    "spec",
                    Map.of("nodeName", "n1"),
                    "status",
                    Map.of("conditions", List.of(Map.of("type", "Ready"))))));
  }

  @Test
  void lists_in_chunks_within_namespace_and_labels() {
    server.says("GET /api/v1/namespaces/shop/pods", 200, items("x y", "a", "b"));
    server.says("GET /api/v1/namespaces/shop/pods", 200, items("", "c"));

    List<ApiObject> pods = cluster.list(Kind.PODS, Scope.in("shop").labelled("app in (a,b)"));

    assertThat(pods).extracting(ApiObject::name).containsExactly("a", "b", "c");
    assertThat(server.asked)
        .extracting(Asked::path)
        .containsExactly(
            "/api/v1/namespaces/shop/pods?limit=500&labelSelector=app%20in%20%28a%2Cb%29",
            "/api/v1/namespaces/shop/pods?limit=500&labelSelector=app%20in%20%28a%2Cb%29&continue=x%20y");
  }

  @Test
  void begins_again_in_one_piece_when_a_list_expires_between_chunks() {
    server.says("GET /api/v1/pods?limit=500", 200, items("next", "old"));
    server.says("GET /api/v1/pods?limit=500", 410, FakeApiServer.status(410, "Expired", "too old"));
    server.says("GET /api/v1/pods?limit=0", 200, items("", "new"));

    assertThat(cluster.list(Kind.PODS)).extracting(ApiObject::name).containsExactly("new");
  }

  @Test
  void makes_each_object_of_a_list_before_the_next_chunk_is_read() {
    server.says("GET /api/v1/pods?limit=500", 200, items("next", "a", "b"));
    server.says("GET /api/v1/pods?limit=500", 200, items("", "c"));
    List<String> made = new ArrayList<>();

    List<ApiObject> pods =
        cluster.list(
            Kind.PODS,
            Scope.ALL,
            pod -> {
              made.add(pod.name() + " after " + server.asked.size());
              return new ApiObject(Map.of("metadata", Map.of("name", pod.name() + "!")));
            });

    assertThat(pods).extracting(ApiObject::name).containsExactly("a!", "b!", "c!");
    assertThat(made).containsExactly("a after 1", "b after 1", "c after 2");
  }

  @Test
  void a_kind_that_is_not_served_has_no_objects() {
    assertThat(cluster.list(Kind.IP_POOLS.in(CalicoGroup.V3))).isEmpty();
    assertThat(server.asked.getFirst().path()).startsWith("/apis/projectcalico.org/v3/ippools?");
  }

  /** A path that is not served is 404 with plain text before notfoundhandler speaks in a Status. */
  @Test
  void a_kind_that_discovery_does_not_name_has_no_objects() {
    server.saysExactly("GET /apis/", 404, "404 page not found\n");
    server.says("GET /apis", 200, GROUPS);

    assertThat(cluster.list(Kind.INSTALLATIONS)).isEmpty();
    assertThat(cluster.get(Kind.INSTALLATIONS, "", "default")).isEmpty();
    assertThat(server.asked)
        .extracting(Asked::path)
        .as("discovery is asked once")
        .filteredOn("/apis"::equals)
        .hasSize(1);
  }

  @Test
  void a_kind_that_its_group_does_not_serve_has_no_objects() {
    server.saysExactly("GET /apis/crd.projectcalico.org/v1/", 404, "404 page not found\n");
    server.says("GET /apis", 200, GROUPS);
    server.saysExactly(
        "GET /apis/crd.projectcalico.org/v1",
        200,
        "{\"kind\":\"APIResourceList\",\"resources\":[{\"name\":\"ippools\"}]}");

    assertThat(cluster.list(Kind.BGP_FILTERS)).isEmpty();
    assertThatThrownBy(() -> cluster.list(Kind.IP_POOLS))
        .as("who serves pools and then does not is not believed")
        .extracting("exitCode")
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | 404 page not found
          404 | {"kind":"Status","apiVersion":"v1","code":404,"message":"the server could not find the requested resource"}
          404 | {"kind":"Status","code":404}
          200 | {}
          200 | {"kind":"Status","apiVersion":"v1","status":"Success"}
          200 | {"kind":"PodList","metadata":{}}
          200 | {"kind":"PodList","items":null}
          200 | {"kind":"PodList","items":{}}
          200 | {"kind":"NodeList","items":[]}
          200 | {"items":[]}
          200 | {"kind":"PodList","items":[],"items":[]}
          200 | {"kind":"PodList","items":[{"metadata":{"name":"a","name":"b"}}]}
          200 | {"kind":"PodList","items":[]}{"kind":"PodList","items":[]}
          200 | {"kind":"PodList","items":[
          200 | {"kind":"PodList","items":["web-0"]}
          200 | <html>log in</html>
          """)
  void nobody_is_there_only_when_a_list_says_so(int code, String body) {
    server.saysExactly("GET /api/v1/pods", code, body);

    FipctlException failure =
        catchThrowableOfType(FipctlException.class, () -> cluster.list(Kind.PODS));

    assertThat(failure).as(body).isNotNull();
    assertThat(failure.exitCode()).isIn(ExitCode.UNREACHABLE, ExitCode.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | {"kind":"Status","apiVersion":"v1","code":404}
          404 | gone
          200 | {}
          """)
  void a_list_that_ends_at_its_second_page_is_none(int code, String body) {
    server.says("GET /apis/crd.projectcalico.org/v1/ippools", 200, items("next", "a"));
    server.saysExactly("GET /apis/crd.projectcalico.org/v1/ippools", code, body);

    assertThatThrownBy(() -> cluster.list(Kind.IP_POOLS)).isInstanceOf(FipctlException.class);
  }

  @Test
  void an_optional_kinds_server_may_write_an_empty_list_as_null() {
    server.saysExactly(
        "GET /apis/projectcalico.org/v3/ippools", 200, "{\"kind\":\"IPPoolList\",\"items\":null}");

    assertThat(cluster.list(Kind.IP_POOLS.in(CalicoGroup.V3))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | gone
          404 | {"message":"no such page"}
          200 | {}
          200 | {"kind":"Pod","metadata":{"name":"web-1"}}
          200 | {"kind":"Node","metadata":{"name":"web-0"}}
          200 | {"kind":"Pod","metadata":{"name":"web-0"}} and more
          """)
  void an_object_is_there_or_not_only_when_the_API_server_says_so(int code, String body) {
    server.saysExactly("GET /api/v1/namespaces/shop/pods/web-0", code, body);
    server.saysExactly("PATCH /api/v1/namespaces/shop/pods/web-0", code, body);
    server.saysExactly("DELETE /api/v1/namespaces/shop/pods/web-0", code, body);

    assertThatThrownBy(() -> cluster.get(Kind.PODS, "shop", "web-0"))
        .hasMessageContaining("what answers there is not a Kubernetes API")
        .extracting("exitCode")
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThatThrownBy(() -> cluster.patch(Kind.PODS, "shop", "web-0", PATCH, WriteMode.REAL))
        .hasMessageContaining("whether the change was made is not known");
    if (code == 404) {
      assertThatThrownBy(() -> cluster.delete(Kind.PODS, "shop", "web-0"))
          .hasMessageContaining("whether the change was made is not known");
    }
  }

  @Test
  void an_answer_that_nobody_reads_leaves_its_connection_fit_for_the_next() {
    for (int i = 0; i < 20; i++) {
      cluster.list(Kind.IP_POOLS.in(CalicoGroup.V3));
    }

    assertThat(server.asked).hasSize(20);
    assertThat(server.clients).hasSize(1);
  }

  @Test
  void gets_a_whole_object_or_none() {
    server.says(
        "GET /api/v1/namespaces/shop/pods/web-0",
        200,
        "{\"metadata\":{\"name\":\"web-0\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"n\":1.5}]}}");

    assertThat(cluster.get(Kind.PODS, "shop", "web-0").orElseThrow().objects("spec", "containers"))
        .containsExactly(new ApiObject(Map.of("name", "c", "n", 1.5)));
    assertThat(cluster.get(Kind.PODS, "shop", "web-1")).isEmpty();
  }

  @Test
  void patches_with_guards_really_or_as_a_try() {
    server.says("PATCH /api/v1/namespaces/shop/pods/web-0", 200, MADE);

    assertThat(cluster.patch(Kind.PODS, "shop", "web-0", PATCH, WriteMode.REAL).name())
        .isEqualTo("web-0");
    assertThat(cluster.patch(Kind.PODS, "shop", "web-0", PATCH, WriteMode.SERVER_DRY_RUN).name())
        .isEqualTo("web-0");

    Asked first = server.asked.get(0);
    assertThat(first.path()).endsWith("?fieldManager=fipctl");
    assertThat(first.header("Content-Type").orElseThrow())
        .startsWith("application/json-patch+json");
    assertThat(first.body())
        .isEqualTo(
            "[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"},"
                + "{\"op\":\"add\",\"path\":\"/metadata/annotations/cni.projectcalico.org~1floatingIPs\","
                + "\"value\":\"[]\"}]");
    assertThat(server.asked.get(1).path()).endsWith("?fieldManager=fipctl&dryRun=All");
  }

  @Test
  void creates_an_object_with_its_kind() {
    server.says("POST /api/v1/namespaces/shop/events", 201, "{\"metadata\":{\"name\":\"e\"}}");
    ApiObject event = new ApiObject(Map.of("metadata", Map.of("name", "e", "namespace", "shop")));

    assertThat(cluster.create(Kind.EVENTS, event, WriteMode.REAL).name()).isEqualTo("e");
    assertThat(server.asked.getFirst().body())
        .startsWith("{\"apiVersion\":\"v1\",\"kind\":\"Event\",");
  }

  @Test
  void deleting_what_is_gone_is_no_failure() {
    server.says("DELETE /api/v1/namespaces/shop/pods/web-0", 200, "{}");

    cluster.delete(Kind.PODS, "shop", "web-0");
    cluster.delete(Kind.PODS, "shop", "gone");

    assertThat(server.asked).extracting(Asked::method).containsExactly("DELETE", "DELETE");
  }

  @Test
  void what_was_read_is_deleted_and_no_namesake() {
    String path = "DELETE /api/v1/namespaces/shop/pods/";
    server.says(path + "web-0", 200, "{}");
    server.says(
        path + "web-1",
        409,
        FakeApiServer.status(
            409,
            "Conflict",
            "Precondition failed: UID in precondition: u1, UID in object meta: u2"));
    ApiObject seen =
        new ApiObject(
            Map.of("metadata", Map.of("name", "web-0", "namespace", "shop", "uid", "u1")));
    ApiObject other =
        new ApiObject(
            Map.of("metadata", Map.of("name", "web-1", "namespace", "shop", "uid", "u1")));

    cluster.delete(Kind.PODS, seen);

    assertThat(server.asked.getFirst().body())
        .contains("\"kind\":\"DeleteOptions\"", "\"preconditions\":{\"uid\":\"u1\"}");
    assertThatThrownBy(() -> cluster.delete(Kind.PODS, other))
        .isInstanceOf(StaleWriteException.class);
  }

  /** Server messages as API servers write them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | pods "web-0" is forbidden: User "bo" cannot patch resource "pods" in API group "" in the namespace "shop" | FORBIDDEN | Forbidden
          403 | admission webhook "w.io" denied the request: no | FORBIDDEN | AdmissionDenied
          400 | admission webhook "w.io" denied the request: no | FORBIDDEN | AdmissionDenied
          422 | pods "web-0" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: out of range | FORBIDDEN | AdmissionDenied
          403 | pods "web-0" is forbidden: violates PodSecurity "restricted" | FORBIDDEN | AdmissionDenied
          404 | pods "web-0" not found | NOT_FOUND | NotFound
          409 | Operation cannot be fulfilled on pods "web-0": the object has been modified | CONFLICT | ChangedMeanwhile
          422 | the server rejected our request due to an error in our request | CONFLICT | ChangedMeanwhile
          422 | Pod "web-0" is invalid: metadata.annotations: Too long | UNSUPPORTED | Invalid
          400 | the body is no patch | FAILURE | ServerError
          500 | etcdserver: request timed out | FAILURE | ServerError
          429 | too many requests | FAILURE | Throttled
          """)
  void a_refused_write_keeps_the_servers_words(
      int code, String message, String exitCode, String reason) {
    server.says("PATCH /", code, FakeApiServer.status(code, "Whatever", message));
    server.says("GET /", 200, "{\"metadata\":{\"resourceVersion\":\"7\"}}");

    FipctlException failure =
        catchThrowableOfType(
            FipctlException.class,
            () -> cluster.patch(Kind.PODS, "shop", "web-0", PATCH, WriteMode.REAL));

    assertThat(failure.exitCode()).hasToString(exitCode);
    assertThat(failure.reason()).isEqualTo(reason);
    if (!message.startsWith("the server rejected")) {
      assertThat(failure).hasMessageContaining(message);
    }
    assertThat(server.asked).extracting(Asked::method).containsOnlyOnce("PATCH");
  }

  @Test
  void what_is_forbidden_names_the_missing_rule() {
    server.says(
        "PATCH /",
        403,
        FakeApiServer.status(403, "Forbidden", "User \"bo\" cannot patch resource \"pods\""));
    server.says(
        "GET /apis/crd",
        403,
        FakeApiServer.status(403, "Forbidden", "User \"bo\" cannot list resource \"ippools\""));

    assertThat(hint(() -> cluster.patch(Kind.PODS, "shop", "a", PATCH, WriteMode.REAL)))
        .isEqualTo(
            "rule missing: {apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"patch\"]}"
                + " in namespace shop");
    assertThat(hint(() -> cluster.list(Kind.IP_POOLS)))
        .isEqualTo(
            "rule missing: {apiGroups: [\"crd.projectcalico.org\"], resources: [\"ippools\"],"
                + " verbs: [\"list\"]} cluster-wide");
  }

  @ParameterizedTest
  @CsvSource({"409, CONFLICT, AlreadyExists", "422, USAGE, Invalid"})
  void a_refused_creation_is_about_what_was_to_be_made(int code, String exitCode, String reason) {
    server.says("POST /", code, FakeApiServer.status(code, reason, "no such pool"));

    assertThatThrownBy(
            () ->
                cluster.create(
                    Kind.IP_POOLS, new ApiObject(Map.of("metadata", Map.of())), WriteMode.REAL))
        .hasMessage("no such pool")
        .extracting("exitCode", "reason")
        .extracting(Object::toString)
        .containsExactly(exitCode, reason);
  }

  @Test
  void credentials_that_are_refused_are_named() {
    server.says("GET /", 401, FakeApiServer.status(401, "Unauthorized", "Unauthorized"));

    assertThatThrownBy(() -> cluster.list(Kind.PODS))
        .hasMessageContaining(server.url())
        .extracting("exitCode", "reason")
        .extracting(Object::toString)
        .containsExactly("FORBIDDEN", "Unauthorized");
    assertThat(server.asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void a_read_is_tried_again_a_few_times(int code) {
    server.says("GET /api/v1/pods", code, "").says("GET /api/v1/pods", code, "");
    server.says("GET /api/v1/pods", 200, items("", "a"));
    server.says("GET /api/v1/nodes", code, "out of order");

    assertThat(cluster.list(Kind.PODS)).hasSize(1);
    assertThatThrownBy(() -> cluster.list(Kind.NODES))
        .hasMessageContaining("HTTP " + code)
        .hasMessageContaining("out of order");
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void a_write_is_tried_again_only_when_the_server_says_when() {
    Said later =
        new Said(
            429, FakeApiServer.status(429, "TooManyRequests", "later"), Map.of("Retry-After", "1"));
    server.says("PATCH /", later).says("PATCH /", 200, MADE);

    assertThat(cluster.patch(Kind.PODS, "shop", "a", PATCH, WriteMode.REAL).name()).isEqualTo("a");
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void a_write_that_failed_on_the_server_says_that_its_effect_is_not_known() {
    server.says("PATCH /", 504, "");
    server.says("GET /", 200, "{\"metadata\":{\"resourceVersion\":\"7\"}}");

    assertThatThrownBy(() -> cluster.patch(Kind.PODS, "shop", "a", PATCH, WriteMode.REAL))
        .hasMessageContaining("HTTP 504")
        .hasMessageEndingWith("whether the change was made is not known");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | {"kind":"Status","apiVersion":"v1"}                     | true
          200 | {"metadata":{"deletionTimestamp":"2026-01-05T09:00Z"}} | true
          200 | {"metadata":{}}                                         | false
          """)
  void a_deletion_whose_answer_got_lost_is_looked_up(int code, String now, boolean made) {
    server.says("DELETE /", 504, "");
    server.says("GET /", code, now);

    if (made) {
      cluster.delete(Kind.PODS, "shop", "web-0");
    } else {
      assertThatThrownBy(() -> cluster.delete(Kind.PODS, "shop", "web-0"))
          .hasMessageEndingWith("whether the change was made is not known");
    }
    assertThat(server.asked).extracting(Asked::method).containsExactly("DELETE", "GET");
  }

  @Test
  void a_list_that_does_not_go_on_is_none() {
    server.says("GET /api/v1/pods", 200, items("same", "a"));

    assertThatThrownBy(() -> cluster.list(Kind.PODS)).hasMessageContaining("does not go on");
  }

  @Test
  void knows_the_api_groups() {
    server.says("GET /apis", 200, "{\"groups\":[{\"name\":\"apps\"},{\"name\":\"batch\"}]}");

    assertThat(cluster.apiGroups()).containsExactly("", "apps", "batch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          201 | {"status":{"allowed":true}}  | true
          201 | {"status":{"allowed":false}} | false
          201 | {"status":{}}                | false
          403 | {"kind":"Status"}            | true
          404 | {"kind":"Status"}            | true
          """)
  void asks_what_is_allowed_and_counts_what_cannot_be_asked_as_allowed(
      int code, String body, boolean allowed) {
    server.says("POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", code, body);

    assertThat(cluster.allowed(Access.to("create", Kind.PODS, "shop").sub("exec")))
        .isEqualTo(allowed);
    assertThat(server.asked.getFirst().body())
        .contains("\"resource\":\"pods\",\"subresource\":\"exec\",\"namespace\":\"shop\"");
  }

  @Test
  void opening_asks_nothing() {
    assertThat(server.asked).isEmpty();
    assertThat(cluster.endpoint().server()).isEqualTo(server.url());
    assertThat(cluster.endpoint().namespace()).isEqualTo("default");
    assertThat(cluster.endpoint().user()).startsWith(System.getProperty("user.name") + "@");
  }

  private static String hint(ThrowingCallable call) {
    return catchThrowableOfType(FipctlException.class, call).hint().orElseThrow();
  }

  private static String items(String next, String... names) {
    return ApiJson.write(
        Map.of(
            "metadata",
            Map.of("continue", next, "resourceVersion", "1"),
            "items",
            Stream.of(names).map(name -> Map.of("metadata", Map.of("name", name))).toList()));
  }
}
