package io.fipctl.cluster;

import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.fipctl.cluster.ApiServer.Answer;
import io.fipctl.cluster.ApiServer.Request;
import io.fipctl.cluster.Cluster.Access;
import io.fipctl.cluster.NodeShell.Output;
import io.fipctl.cluster.NodeShell.Running;
import io.fipctl.model.FipctlException;
import io.fipctl.model.PodRef;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that was sent to a node: waits for its end and says why there is none. */
final class Visit implements Running {
  /** For the connection, and for {@code timeout} on the node to be the first to give up. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  private final CalicoNodeShell shell;
  private final ApiServer server;
  private final String node;
  private final NodeCommand command;
  private PodRef pod;
  private ExecSession session;

  Visit(CalicoNodeShell shell, ApiServer server, String node, NodeCommand command) {
    this.shell = shell;
    this.server = server;
    this.node = node;
    this.command = command;
    this.pod = shell.pod(node);
    this.session = new ExecSession(server, path());
  }

  private String path() {
    StringBuilder path = new StringBuilder("/api/v1/namespaces/");
    path.append(ApiServer.encoded(pod.namespace())).append("/pods/");
    path.append(ApiServer.encoded(pod.name())).append("/exec?stdout=true&stderr=true&container=");
    path.append(CalicoNodeShell.CONTAINER);
    for (String argument : command.argv()) {
      path.append("&command=").append(ApiServer.encoded(argument));
    }
    return path.toString();
  }

  @Override
  public void awaitBegun() {
    try {
      session.begun().get(command.limit().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Said by the output, which is asked for next.
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  @Override
  public Output output() {
    try {
      return await();
    } catch (ExecutionException e) {
      if (code(e) != 404 && code(e) != 401) {
        throw failure(e.getCause());
      }
    }
    // The pod was replaced since it was found, or the credentials have expired: once more.
    shell.forget(node);
    pod = shell.pod(node);
    session = new ExecSession(server, path());
    try {
      return await();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private Output await() throws ExecutionException {
    try {
      Duration limit = command.limit().plus(GRACE);
      return session.output().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      session.close();
      throw FipctlException.notSeen(
              "NodeTimeout",
              "node " + node + " did not answer within " + command.limit().toSeconds() + " s")
          .causedBy(e);
    } catch (InterruptedException e) {
      session.close();
      Thread.currentThread().interrupt();
      throw ApiServer.interrupted();
    }
  }

  private static int code(ExecutionException failure) {
    return failure.getCause() instanceof WebSocketHandshakeException refused
        ? refused.getResponse().code()
        : 0;
  }

  private FipctlException failure(Throwable cause) {
    if (cause instanceof WebSocketHandshakeException refused) {
      return refused(refused.getResponse().code()).causedBy(cause);
    }
    if (cause instanceof ExecSession.Ended ended) {
      return FipctlException.notSeen(
              "NodeNotReadable",
              "the command on node " + node + " broke off: " + ended.getMessage(),
              "see kubectl describe pod -n " + pod.namespace() + " " + pod.name())
          .causedBy(cause);
    }
    return server.noAnswer(cause, HttpClients.Use.READ);
  }

  private FipctlException refused(int code) {
    if (code == 403 || code == 401) {
      Access exec = new Access("create", "", "pods", Optional.of("exec"), pod.namespace());
      // A refused WebSocket loses the server's words; the same question without one brings them.
      try (Answer answer = server.send(Request.get(path()))) {
        if (answer.code() != 403) {
          return notAllowed("", exec);
        }
        Refusal refusal = Refusal.of(answer);
        return refusal.isMissingRight()
            ? notAllowed(": " + refusal.message(), exec)
            : refusal.as(server.target(), new Refusal.Asked(exec, "exec in pod " + pod));
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
        "is the node ready? see kubectl get node " + node);
  }

  private FipctlException notAllowed(String words, Access exec) {
    return Refusal.noRight(
        "no permission to exec in " + pod.namespace() + words, exec, "create", "get");
  }

  @Override
  public void close() {
    session.close();
  }
}
