package io.fipctl.doctor.check;

import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Something that is wrong, how it is known, what it breaks and what to type.
 *
 * @param check the id of the check that found it
 * @param impact one sentence
 * @param fix what to do about it, and at what risk
 * @param remedy what {@code --fix} does about it
 * @param related further nodes that have a part in it, such as the one that hosts the address
 * @param consequences what was found besides and only follows from this
 */
public record Finding(
    String check,
    Severity severity,
    Subject subject,
    String observed,
    String expected,
    List<EvidenceRef> evidence,
    String impact,
    Advice fix,
    Optional<Remedy> remedy,
    Set<String> related,
    List<String> consequences) {
  public Finding {
    evidence = List.copyOf(evidence);
    related = Set.copyOf(related);
    consequences = List.copyOf(consequences);
  }

  /** Begins a finding; what is not said stays empty. */
  static Draft error(Subject subject) {
    return new Draft(Severity.ERROR, subject);
  }

  static Draft warning(Subject subject) {
    return new Draft(Severity.WARNING, subject);
  }

  public static Draft of(Severity severity, Subject subject) {
    return new Draft(severity, subject);
  }

  /** A finding that is being written. */
  // The annotation that is asked for is a library of its own; each text is printed by a test.
  @SuppressWarnings("AnnotateFormatMethod")
  static final class Draft {
    private final Severity severity;
    private final Subject subject;
    private String observed = "";
    private String expected = "";
    private final List<EvidenceRef> evidence = new ArrayList<>();
    private String impact = "";
    private Optional<Remedy> remedy = Optional.empty();
    private final Set<String> related = new LinkedHashSet<>();

    private Draft(Severity severity, Subject subject) {
      this.severity = severity;
      this.subject = subject;
    }

    Draft observed(String text, Object... arguments) {
      observed = arguments.length == 0 ? text : text.formatted(arguments);
      return this;
    }

    Draft expected(String text, Object... arguments) {
      expected = arguments.length == 0 ? text : text.formatted(arguments);
      return this;
    }

    Draft proof(EvidenceRef proof) {
      evidence.add(proof);
      return this;
    }

    Draft impact(String text, Object... arguments) {
      impact = arguments.length == 0 ? text : text.formatted(arguments);
      return this;
    }

    Draft related(String node) {
      related.add(node);
      return this;
    }

    Draft remedy(Remedy what) {
      remedy = Optional.of(what);
      return this;
    }

    /** Ends it with a run of enable, which {@code --fix} may do as well. */
    Outcome fix(Remedy.Enable enable) {
      return remedy(enable).fix(FixKind.ENABLE.advice(ShellCommand.part(enable.flags())));
    }

    /** Ends it with what to do. */
    Outcome fix(Advice advice) {
      return new Outcome.Found(
          new Finding(
              "", severity, subject, observed, expected, evidence, impact, advice, remedy, related,
              List.of()));
    }
  }

  public Finding of(String id) {
    return new Finding(
        id,
        severity,
        subject,
        observed,
        expected,
        evidence,
        impact,
        fix,
        remedy,
        related,
        consequences);
  }

  public Finding written(UnaryOperator<String> commands) {
    return new Finding(
        check,
        severity,
        subject,
        observed,
        expected,
        evidence,
        impact,
        fix.written(commands),
        remedy,
        related,
        consequences);
  }

  public Finding with(List<String> follows) {
    return new Finding(
        check, severity, subject, observed, expected, evidence, impact, fix, remedy, related,
        follows);
  }

  /**
   * Whether another finding may follow from this one by what both are about: everything that this
   * one is about has a part in the other.
   */
  public boolean covers(Finding other) {
    Set<String> nodes = new LinkedHashSet<>(other.related);
    nodes.addAll(other.subject.nodes());
    boolean sameAddress =
        subject.addresses().isEmpty()
            || (!other.subject.addresses().isEmpty()
                && subject.addresses().containsAll(other.subject.addresses()));
    // An address tells more than the pod that happens to hold it.
    boolean samePod =
        !subject.addresses().isEmpty()
            || subject.pod().isEmpty()
            || subject.pod().equals(other.subject.pod());
    boolean sameNode =
        !subject.addresses().isEmpty()
            || subject.nodes().isEmpty()
            || subject.nodes().stream().anyMatch(nodes::contains);
    return sameAddress && samePod && sameNode;
  }
}
