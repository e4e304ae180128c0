package io.fipctl.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/** As much of a Kubernetes API server as a list of floating IPs asks for: fifty pods and a pool. */
final class TrainingServer implements AutoCloseable {
  private static final int PODS = 50;
  private static final String GROUPS =
      """
      {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"crd.projectcalico.org",
       "versions":[{"groupVersion":"crd.projectcalico.org/v1","version":"v1"}],
       "preferredVersion":{"groupVersion":"crd.projectcalico.org/v1","version":"v1"}}]}
      """;

  private static final String ALLOWED =
      """
      {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1",
       "spec":{},"status":{"allowed":true}}
      """;

  private static final String POOL =
      """
      {"apiVersion":"crd.projectcalico.org/v1","kind":"IPPool","metadata":{"name":"floating"},
       "spec":{"cidr":"203.0.113.0/24","disabled":true}}
      """;

  /** The kinds that are asked for, by what their paths end with. */
  private static final Map<String, String> KINDS =
      Map.of(
          "daemonsets", "DaemonSet",
          "ippools", "IPPool",
          "leases", "Lease",
          "nodes", "Node",
          "pods", "Pod");

  private final HttpsServer server;
  private final TrainingKeys keys;

  private TrainingServer(HttpsServer server, TrainingKeys keys) {
    this.server = server;
    this.keys = keys;
  }

  static TrainingServer start(TrainingKeys keys) throws IOException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.server(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/", TrainingServer::answer);
    server.start();
    return new TrainingServer(server, keys);
  }

  /** A kubeconfig as kubeadm writes it, everything in it. */
  String kubeconfig() throws GeneralSecurityException {
    return """
        apiVersion: v1
        kind: Config
        current-context: training
        contexts: [{name: training, context: {cluster: training, user: training}}]
        clusters:
        - name: training
          cluster:
            server: https://127.0.0.1:%d
            certificate-authority-data: %s
        users:
        - name: training
          user:
            client-certificate-data: %s
            client-key-data: %s
        """
        .formatted(
            server.getAddress().getPort(),
            base64(keys.certificate("authority")),
            base64(keys.certificate("client")),
            base64(keys.key("client")));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    byte[] body = body(exchange.getRequestURI().getPath()).getBytes(UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  static String body(String path) {
    return switch (path) {
      case "/api/v1/pods" -> pods();
      case "/apis" -> GROUPS;
      case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" -> ALLOWED;
      default -> {
        String plural = path.substring(path.lastIndexOf('/') + 1);
        yield list(KINDS.getOrDefault(plural, ""), plural.equals("ippools") ? POOL : "");
      }
    };
  }

  private static String pods() {
    return list(
        "Pod",
        IntStream.range(0, PODS).mapToObj(TrainingServer::pod).collect(Collectors.joining(",")));
  }

  private static String pod(int number) {
    return """
      {"metadata":{"name":"web-%1$d","namespace":"default","uid":"00000000-0000-0000-0000-%1$012d",
        "resourceVersion":"%1$d","creationTimestamp":"2026-01-01T00:00:00Z",
        "labels":{"app":"web"},
        "annotations":{"cni.projectcalico.org/podIP":"10.244.0.%1$d/32",
          "cni.projectcalico.org/floatingIPs":"[\\"203.0.113.%1$d\\"]"},
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web",
          "uid":"00000000-0000-0000-0000-000000000000","controller":true}],
        "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1",
          "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{"f:app":{}}}}}]},
       "spec":{"nodeName":"node-1","containers":[{"name":"web","image":"web:1"}]},
       "status":{"phase":"Running","podIP":"10.244.0.%1$d","podIPs":[{"ip":"10.244.0.%1$d"}],
        "conditions":[{"type":"Ready","status":"True"}]}}
      """
        .formatted(number);
  }

  private static String list(String kind, String items) {
    return """
        {"kind":"%sList","metadata":{"resourceVersion":"1"},"items":[%s]}
        """
        .formatted(kind, items);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
