package io.fipctl.change;

import io.fipctl.change.step.Step;
import io.fipctl.lease.Change;
import io.fipctl.lease.Intent;
import io.fipctl.model.Clock;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a verb is about to do, checked for all of its addresses before the first write. */
public final class ChangeProposal {
  private final List<AddressPlan> handovers;
  private final List<String> warnings;
  private final Intent.Ordering ordering;
  private final List<String> concerns;

  ChangeProposal(List<AddressPlan> handovers, List<String> warnings, Intent.Ordering ordering) {
    this(handovers, warnings, ordering, List.of());
  }

  private ChangeProposal(
      List<AddressPlan> handovers,
      List<String> warnings,
      Intent.Ordering ordering,
      List<String> concerns) {
    this.concerns = List.copyOf(concerns);
    this.handovers = List.copyOf(handovers);
    this.warnings =
        Stream.concat(warnings.stream(), handovers.stream().flatMap(h -> h.warnings().stream()))
            .distinct()
            .toList();
    this.ordering = ordering;
  }

  /** The same with what the user must have agreed to before it starts. */
  ChangeProposal asking(List<String> about) {
    return new ChangeProposal(handovers, warnings, ordering, about);
  }

  /** What the user must agree to before it starts, whatever the verb asks besides. */
  public List<String> concerns() {
    return concerns;
  }

  /** What the user should know before it starts. */
  public List<String> warnings() {
    return warnings;
  }

  /** Whether there is nothing to do. */
  public boolean isNothing() {
    return handovers.stream().allMatch(AddressPlan::isNothing);
  }

  /** The addresses of which it ends what was begun before. */
  List<IpAddress> begunBefore() {
    return handovers.stream()
        .filter(AddressPlan::continues)
        .flatMap(handover -> handover.concerns().stream())
        .toList();
  }

  /** Whether a pod loses an address by it that another one gets. */
  public boolean takesFromOthers() {
    return handovers.stream().anyMatch(h -> h.from().isPresent() && h.to().isPresent());
  }

  /** Each step in words, for a dry run or a question. */
  public List<String> steps() {
    return handovers.stream()
        .flatMap(handover -> handover.plan().steps().stream())
        .map(Step::describe)
        .toList();
  }

  /** What it is when it is not carried out ({@code --dry-run=client}). */
  public List<Change> planned() {
    return handovers.stream().map(AddressPlan::planned).toList();
  }

  /** Has the API server try every write, and keeps nothing ({@code --dry-run=server}). */
  public List<Change> tryOnServer() {
    handovers.forEach(handover -> handover.plan().tryOnServer());
    return planned();
  }

  /**
   * Carries it out, one address after the other.
   *
   * @throws PartlyDone exit 8 when one failed after others were done; the cause when none was
   */
  List<Change> carryOut(ChangeJournal books, Progress progress, Clock pause) {
    List<Change> changes = new ArrayList<>();
    for (AddressPlan handover : handovers) {
      try {
        changes.add(books.enter(handover, ordering, () -> handover.carryOut(progress, pause)));
      } catch (FipctlException cause) {
        if (changes.stream().noneMatch(change -> change.outcome() == Change.Outcome.DONE)) {
          throw cause;
        }
        int done = changes.size();
        handovers.stream().skip(done).map(AddressPlan::notDone).forEach(changes::add);
        throw new PartlyDone(changes, done, cause);
      }
    }
    return changes;
  }

  /** Some addresses are done and one failed: says which, and carries what became of each. */
  public static final class PartlyDone extends FipctlException {
    private final transient List<Change> changes;

    PartlyDone(List<Change> changes, int done, FipctlException cause) {
      super(
          ExitCode.HALF_DONE,
          "PartlyDone",
          "%d of %d addresses are done (%s), then %s"
              .formatted(
                  done,
                  changes.size(),
                  changes.stream()
                      .limit(done)
                      .map(Change::address)
                      .collect(Collectors.joining(", ")),
                  cause.getMessage()),
          Stream.concat(
                  cause.hints().stream(), Stream.of("then run the same command again for the rest"))
              .toList(),
          true,
          cause);
      this.changes = List.copyOf(changes);
    }

    public List<Change> changes() {
      return changes;
    }
  }
}
