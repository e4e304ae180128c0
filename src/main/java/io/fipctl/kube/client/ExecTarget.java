package io.fipctl.kube.client;

import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.client.ApiServer.Answer;
import io.fipctl.kube.client.ApiServer.Request;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import io.fipctl.model.ShellCommand;
import java.util.List;
import java.util.Optional;

/** A container to run something in, and why that did not work. */
record ExecTarget(ApiServer server, String node, PodRef pod, String container) {
  /** For a program that only prints. */
  String path(List<String> argv) {
    return path(argv, false);
  }

  /**
   * The same where it may read as well.
   *
   * @param reads whether something is sent to its stdin
   */
  String path(List<String> argv, boolean reads) {
    return path((reads ? "stdin=true&" : "") + "stdout=true&stderr=true", argv);
  }

  /** For a program that somebody types at: on a terminal there is one output. */
  String terminalPath(List<String> argv) {
    return path("stdin=true&stdout=true&tty=true", argv);
  }

  private String path(String streams, List<String> argv) {
    StringBuilder path = new StringBuilder("/api/v1/namespaces/");
    path.append(ApiServer.encoded(pod.namespace())).append("/pods/");
    path.append(ApiServer.encoded(pod.name())).append("/exec?").append(streams);
    path.append("&container=").append(container);
    for (String argument : argv) {
      path.append("&command=").append(ApiServer.encoded(argument));
    }
    return path.toString();
  }

  /** The HTTP status with which the handshake was refused; 0 when something else happened. */
  static int code(Throwable cause) {
    return cause instanceof WebSocketHandshakeException refused ? refused.getResponse().code() : 0;
  }

  FipctlException failure(Throwable cause, String path) {
    if (code(cause) != 0) {
      return refused(code(cause), path).causedBy(cause);
    }
    if (cause instanceof ExecSession.Ended ended) {
      return FipctlException.notSeen(
              "NodeNotReadable",
              "the command on node " + node + " broke off: " + ended.getMessage(),
              ShellCommand.of("see kubectl describe pod -n %s %s", pod.namespace(), pod.name()))
          .causedBy(cause);
    }
    return server.noAnswer(cause, HttpClients.Use.READ);
  }

  private FipctlException refused(int code, String path) {
    if (code == 403 || code == 401) {
      Access exec = new Access("create", "", "pods", Optional.of("exec"), pod.namespace());
      // A refused WebSocket loses the server's words; the same question without one brings them.
      try (Answer answer = server.send(Request.get(path))) {
        if (answer.code() != 403) {
          return notAllowed("", exec);
        }
        ApiErrors refusal = ApiErrors.of(answer);
        return refusal.isMissingRight()
            ? notAllowed(": " + refusal.message(), exec)
            : refusal.as(server.target(), new ApiErrors.Asked(exec, "exec in pod " + pod));
      }
    }
    if (code == 404) {
      return FipctlException.notSeen(
          "NodeNotReadable", "pod " + pod + " on node " + node + " has gone while it was asked");
    }
    return FipctlException.notSeen(
        "NodeNotReadable",
        "the API server cannot reach the kubelet of node "
            + node
            + " (exec in pod "
            + pod
            + " answers HTTP "
            + code
            + ")",
        ShellCommand.of("is the node ready? see kubectl get node %s", node));
  }

  private FipctlException notAllowed(String words, Access exec) {
    return ApiErrors.noRight(
        "no permission to exec in " + pod.namespace() + words, exec, "create", "get");
  }
}
