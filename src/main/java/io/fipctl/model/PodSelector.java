package io.fipctl.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A label selector of Kubernetes, as workloads and policies carry it (metav1.LabelSelector) and as
 * list calls spell it: {@code a=b,c!=d,e in (f,g),h,!i}. All requirements must hold; without any it
 * selects everything, which is right for a policy and wrong for a workload: ask {@link #isEmpty}.
 *
 * <p>Calico's own selectors are another language: {@link LabelSelector}.
 */
public record PodSelector(List<Requirement> requirements) {
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "\\s*(?:(!?)\\s*([\\w./-]+)|([\\w./-]+)\\s*(==|=|!=)\\s*([\\w.-]*)"
              + "|([\\w./-]+)\\s+(in|notin)\\s*\\(([^)]*)\\))\\s*(,|$)");

  /** One condition on one label. */
  public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    boolean holds(Map<String, String> labels) {
      boolean listed = labels.containsKey(key) && values.contains(labels.get(key));
      return switch (operator) {
        case IN -> listed;
        case NOT_IN -> !listed;
        case EXISTS -> labels.containsKey(key);
        case DOES_NOT_EXIST -> !labels.containsKey(key);
      };
    }

    @Override
    public String toString() {
      return switch (operator) {
        case IN ->
            values.size() == 1
                ? key + "=" + values.getFirst()
                : key + " in (" + String.join(",", values) + ")";
        case NOT_IN -> key + " notin (" + String.join(",", values) + ")";
        case EXISTS -> key;
        case DOES_NOT_EXIST -> "!" + key;
      };
    }
  }

  /** What is asked of the label. A label that is missing is in no set. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST
  }

  public PodSelector {
    requirements = List.copyOf(requirements);
  }

  /**
   * Reads {@code matchLabels} and {@code matchExpressions} of an API object.
   *
   * @throws IllegalArgumentException when an operator is not one of Kubernetes' four: what it
   *     selects is then not known
   */
  public static PodSelector of(ApiObject selector) {
    List<Requirement> requirements = new ArrayList<>();
    selector
        .map("matchLabels")
        .forEach(
            (key, value) -> requirements.add(new Requirement(key, Operator.IN, List.of(value))));
    for (ApiObject expression : selector.objects("matchExpressions")) {
      String operator = expression.text("operator").orElse("");
      requirements.add(
          new Requirement(
              expression.text("key").orElse(""),
              switch (operator) {
                case "In" -> Operator.IN;
                case "NotIn" -> Operator.NOT_IN;
                case "Exists" -> Operator.EXISTS;
                case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                default ->
                    throw new IllegalArgumentException(
                        "unknown operator '%s' in a label selector".formatted(operator));
              },
              expression.texts("values")));
    }
    return new PodSelector(requirements);
  }

  /**
   * Reads what a list call takes.
   *
   * @throws IllegalArgumentException when it is not a selector
   */
  public static PodSelector parse(String text) {
    List<Requirement> requirements = new ArrayList<>();
    Matcher matcher = REQUIREMENT.matcher(text);
    int end = 0;
    while (end < text.length()) {
      matcher.region(end, text.length());
      if (!matcher.lookingAt()) {
        throw new IllegalArgumentException("'" + text + "' is not a valid label selector");
      }
      requirements.add(requirement(matcher));
      end = matcher.end();
    }
    return new PodSelector(requirements);
  }

  private static Requirement requirement(Matcher matcher) {
    if (matcher.group(2) != null) {
      return new Requirement(
          matcher.group(2),
          matcher.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST,
          List.of());
    }
    if (matcher.group(6) != null) {
      return new Requirement(
          matcher.group(6),
          matcher.group(7).equals("in") ? Operator.IN : Operator.NOT_IN,
          List.of(matcher.group(8).trim().split("\\s*,\\s*")));
    }
    return new Requirement(
        matcher.group(3),
        matcher.group(4).equals("!=") ? Operator.NOT_IN : Operator.IN,
        List.of(matcher.group(5)));
  }

  /** Whether nothing is required, so that everything is selected. */
  public boolean isEmpty() {
    return requirements.isEmpty();
  }

  public boolean matches(Map<String, String> labels) {
    return requirements.stream().allMatch(requirement -> requirement.holds(labels));
  }

  /** As list calls and {@code kubectl -l} take it. */
  @Override
  public String toString() {
    return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
  }
}
