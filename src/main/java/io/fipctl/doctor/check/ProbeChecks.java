package io.fipctl.doctor.check;

import io.fipctl.doctor.check.Outcome.Skipped.Why;
import io.fipctl.evidence.NodeEvidence;
import io.fipctl.model.IpAddress;
import io.fipctl.nodeoutput.TcpConnects;
import io.fipctl.nodeoutput.TcpConnects.Connect;
import io.fipctl.nodeoutput.TcpConnects.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What came of packets that nodes really sent ({@code --probe}). */
public final class ProbeChecks {
  private static final String FILE = "tcp-connect.txt";

  private static final Outcome NOT_ASKED =
      new Outcome.Skipped(Subject.CLUSTER, "not asked for (--probe)", Why.NOT_APPLICABLE);

  private ProbeChecks() {}

  /** FIP-501. */
  public static List<Outcome> pod(Facts facts, NodeFacts node) {
    return probed(
        node,
        facts.carriedBy(node.name()),
        (held, connects) -> {
          Subject subject = Subject.of(held.pod());
          Optional<Connect> own = connects.to(held.target().orElseThrow());
          return own.map(
              connect ->
                  connect.isReached()
                      ? reached(subject, connect)
                      : unreached(Finding.error(subject), node, connect)
                          .expected("pod %s answers node %s", held.pod().ref(), node.name())
                          .impact(
                              "What does not answer at its own address does not answer at a"
                                  + " floating one.")
                          .fix(
                              Advice.byHand(
                                  Risk.SAFE,
                                  "see whether pod %s runs, and listens on port %d of all its"
                                      + " addresses",
                                  held.pod().ref(),
                                  connect.port())));
        });
  }

  /** FIP-502. */
  public static List<Outcome> fromHost(Facts facts, NodeFacts node) {
    return probed(
        node, facts.carriedBy(node.name()), (held, connects) -> floating(held, node, connects));
  }

  /** FIP-503. */
  public static List<Outcome> fromOthers(Facts facts, NodeFacts node) {
    List<Facts.Held> elsewhere =
        facts.held().stream()
            .filter(held -> held.target().isPresent() && !held.pod().terminating())
            .filter(held -> !held.pod().node().equals(Optional.of(node.name())))
            .toList();
    return probed(node, elsewhere, (held, connects) -> floating(held, node, connects));
  }

  /** FIP-504. */
  public static List<Outcome> hairpin(Facts facts, NodeFacts node) {
    return never(
        node,
        "it begins in the pod, which fipctl does not enter: try kubectl exec POD -- curl http://IP");
  }

  /** FIP-505. */
  public static List<Outcome> external(Facts facts, NodeFacts node) {
    return never(
        node, "it begins outside of the cluster: try curl --connect-timeout 3 http://IP there");
  }

  private static List<Outcome> never(NodeFacts node, String why) {
    return List.of(
        node.file(FILE).isEmpty()
            ? NOT_ASKED
            : new Outcome.Skipped(Subject.CLUSTER, why, Why.NOT_APPLICABLE));
  }

  /** Judges one claim by what came of the connections. */
  private interface Judgement {
    /** Empty when no connection tells. */
    Optional<Outcome> of(Facts.Held held, TcpConnects connects);
  }

  private static List<Outcome> probed(NodeFacts node, List<Facts.Held> claims, Judgement judge) {
    Optional<NodeEvidence.Text> file = node.file(FILE);
    if (file.isEmpty()) {
      return List.of(NOT_ASKED);
    }
    TcpConnects connects = node.understood(FILE, TcpConnects.parse(file.get().text()));
    List<Outcome> outcomes = new ArrayList<>();
    for (Facts.Held held : claims) {
      Subject subject = Subject.of(held.address(), held.pod());
      outcomes.add(
          judge
              .of(held, connects)
              .orElseGet(
                  () ->
                      file.get().status() == 0
                          ? new Outcome.Skipped(
                              subject,
                              "its pod names no containerPort for TCP (--port P)",
                              Why.NOT_APPLICABLE)
                          : new Outcome.Unknown(
                              subject, "node %s had no time for it".formatted(node.name()))));
    }
    return outcomes.isEmpty()
        ? List.of(
            new Outcome.Skipped(node.subject(), "no floating IP to connect to", Why.NOT_APPLICABLE))
        : outcomes;
  }

  /** The floating IP beside the pod's own address, of which the one alone says little. */
  private static Optional<Outcome> floating(Facts.Held held, NodeFacts node, TcpConnects connects) {
    IpAddress address = held.address();
    Optional<Connect> own = connects.to(held.target().orElseThrow());
    Optional<Connect> floating = connects.to(address);
    if (own.isEmpty() || floating.isEmpty()) {
      return Optional.empty();
    }
    Subject subject = Subject.of(address, held.pod()).on(node.name());
    boolean same =
        floating.get().isReached()
            && (own.get().result() == floating.get().result()
                || floating.get().result() == Result.CONNECTED);
    if (same) {
      return Optional.of(reached(subject, floating.get()));
    }
    if (!own.get().isReached()) {
      return Optional.of(
          new Outcome.Unknown(
              subject,
              "from node %s the pod's own address does not answer either (%s)"
                  .formatted(node.name(), said(own.get()))));
    }
    Finding.Draft draft =
        unreached(Finding.error(subject), node, floating.get())
            .expected("what the pod's own address gives: %s", said(own.get()))
            .impact("From node %s the pod answers, but not at %s.", node.name(), address);
    held.pod().node().ifPresent(draft::related);
    return Optional.of(draft.fix(FixKind.SHOW_NAT.advice(address)));
  }

  private static Outcome reached(Subject subject, Connect connect) {
    return connect.result() == Result.CONNECTED
        ? Outcome.ok(subject)
        : Outcome.ok(
            subject,
            "TCP port %d of %s is reached and refused: nobody listens there"
                .formatted(connect.port(), connect.address()));
  }

  private static Finding.Draft unreached(Finding.Draft draft, NodeFacts node, Connect connect) {
    return draft
        .observed(
            "from node %s, TCP port %d of %s: %s",
            node.name(), connect.port(), connect.address(), said(connect))
        .proof(node.proof(FILE, line -> NodeFacts.names(line, connect.address().toString())));
  }

  private static String said(Connect connect) {
    return switch (connect.result()) {
      case CONNECTED -> "connected";
      case REFUSED -> "refused";
      case TIMED_OUT -> "no answer within 3 s";
      case FAILED -> connect.said().isEmpty() ? "not possible" : connect.said();
    };
  }
}
