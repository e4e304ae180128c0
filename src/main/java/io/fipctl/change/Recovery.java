package io.fipctl.change;

import io.fipctl.calico.AddressUse;
import io.fipctl.change.Recover.Direction;
import io.fipctl.change.step.AddAddress;
import io.fipctl.change.step.Annotation;
import io.fipctl.change.step.ChangeContext;
import io.fipctl.change.step.PodAddress;
import io.fipctl.change.step.RemoveAddress;
import io.fipctl.change.step.VerifyingNodes;
import io.fipctl.change.step.WatchedStep;
import io.fipctl.lease.Actor;
import io.fipctl.lease.AddressRecord;
import io.fipctl.lease.Change.Action;
import io.fipctl.lease.Intent;
import io.fipctl.lease.PodIdentity;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.Pod;
import io.fipctl.model.ShellCommand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What becomes of a change that was cut off: judged from its intent and from the pods that there
 * are, and turned into steps.
 *
 * @param keeper the pod that has the address at the end
 * @param losers the pods that must not have it then
 * @param remark what the user should know of the outcome
 */
record Recovery(Optional<Pod> keeper, List<Pod> losers, Optional<String> remark) {
  /**
   * Judges.
   *
   * @param wanted where to; where it can when empty: forward first
   * @param objection what speaks against a pod's having the address
   * @throws FipctlException when it cannot end as wanted
   */
  static Recovery judge(
      AddressRecord record,
      Optional<Direction> wanted,
      List<Pod> pods,
      Function<Pod, Optional<FipctlException>> objection) {
    IpAddress address = record.address();
    List<Pod> holders = pods.stream().filter(pod -> pod.holds(address)).toList();
    if (record.intent().isEmpty()) {
      return unreadable(record, holders);
    }
    Intent intent = record.intent().get();
    List<Pod> parties =
        Stream.concat(intent.from().stream(), intent.to().stream())
            .flatMap(party -> party.among(pods).stream())
            .filter(pod -> !pod.finished())
            .toList();
    List<Pod> strangers =
        holders.stream()
            .filter(holder -> parties.stream().noneMatch(one -> one.uid().equals(holder.uid())))
            .toList();
    if (!strangers.isEmpty()) {
      // Whoever adds and sees another holder gives way; so do those who are late.
      return new Recovery(
          Optional.empty(),
          parties.stream().filter(pod -> pod.holds(address)).toList(),
          Optional.of(
              "pod %s took it meanwhile and keeps it".formatted(strangers.getFirst().ref())));
    }
    End forward = new End(intent.to(), "the pod that was to get it");
    End back = new End(intent.from(), "the pod that had it");
    Optional<FipctlException> notForward = forward.objection(parties, address, objection);
    Optional<FipctlException> notBack = back.objection(parties, address, objection);
    if (wanted.isPresent()) {
      (wanted.get() == Direction.FORWARD ? notForward : notBack)
          .ifPresent(
              why -> {
                throw why;
              });
      return ending(wanted.get() == Direction.FORWARD ? forward : back, parties, Optional.empty());
    }
    if (notForward.isEmpty()) {
      return ending(forward, parties, Optional.empty());
    }
    if (notBack.isEmpty()) {
      return ending(
          back, parties, Optional.of("taken back, because " + notForward.get().getMessage()));
    }
    return new Recovery(
        Optional.empty(),
        parties,
        Optional.of(
            "nobody has it now, because %s, and %s"
                .formatted(notForward.get().getMessage(), notBack.get().getMessage())));
  }

  /**
   * What was begun and never written to a pod is only closed: whoever has the address keeps it, and
   * nobody gets it because somebody once set out to give it to them.
   *
   * @return the pod that has it, or nobody; empty when something was written
   */
  static Optional<AddressPlan> neverBegan(AddressRecord record, List<Pod> pods) {
    IpAddress address = record.address();
    return record
        .intent()
        .filter(intent -> !holds(intent.to(), pods, address))
        .filter(intent -> intent.from().isEmpty() || holds(intent.from(), pods, address))
        .filter(intent -> intent.from().isPresent() || nobodyHolds(pods, address))
        .map(
            intent ->
                AddressPlan.closing(
                    address,
                    Action.RECOVER,
                    intent.from().flatMap(party -> party.among(pods)),
                    "nothing of the %s had been written, so it is only closed".formatted(intent)));
  }

  private static boolean holds(Optional<PodIdentity> party, List<Pod> pods, IpAddress address) {
    return party.flatMap(one -> one.among(pods)).filter(pod -> pod.holds(address)).isPresent();
  }

  private static boolean nobodyHolds(List<Pod> pods, IpAddress address) {
    return pods.stream().noneMatch(pod -> pod.holds(address));
  }

  /**
   * A protected address is taken from nobody, and given to nobody in place of who had it, without
   * being told twice: an intent is easily planted.
   */
  private void requireUnprotected(AddressRecord record, boolean unprotect, Collection<Pod> pods) {
    Optional<Pod> from = record.intent().flatMap(Intent::from).flatMap(party -> party.among(pods));
    boolean taken =
        losers.stream().anyMatch(pod -> pod.holds(record.address()))
            || from.filter(pod -> keeper.filter(one -> one.uid().equals(pod.uid())).isEmpty())
                .isPresent();
    if (taken) {
      Preflight.unprotected(record, unprotect);
    }
  }

  /** One of the two whole states: this pod has it, or nobody. */
  private record End(Optional<PodIdentity> keeper, String role) {
    Optional<FipctlException> objection(
        List<Pod> parties, IpAddress address, Function<Pod, Optional<FipctlException>> objection) {
      if (keeper.isEmpty()) {
        return Optional.empty();
      }
      Optional<Pod> pod = keeper.get().among(parties);
      return pod.isPresent()
          ? objection.apply(pod.get())
          : Optional.of(
              FipctlException.notFound(
                  "PodGone",
                  "%s, %s, is no more".formatted(role, keeper.get()),
                  ShellCommand.of("fipctl recover %s   # ends as it can", address)));
    }
  }

  private static Recovery ending(End end, List<Pod> parties, Optional<String> remark) {
    Optional<Pod> keeper = end.keeper().flatMap(party -> party.among(parties));
    List<Pod> losers = keeper.map(pod -> HolderResolver.without(parties, pod)).orElse(parties);
    return new Recovery(keeper, losers, remark);
  }

  /** What cannot be read is not acted on: with one holder at most it is only closed. */
  private static Recovery unreadable(AddressRecord record, List<Pod> holders) {
    if (holders.size() > 1) {
      throw FipctlException.conflict(
          "TwoHolders",
          "%s has several holders, and what was begun cannot be read (%s)"
              .formatted(record.address(), AddressRecord.INTENT),
          ShellCommand.of("fipctl show %s", record.address()));
    }
    return new Recovery(
        Optional.empty(),
        List.of(),
        Optional.of("what was begun could not be read, and is closed"));
  }

  /**
   * Who ends it, and what they allow.
   *
   * @param unprotect take a protected address too
   * @param strict refuse what would only be warned of
   */
  record Given(Actor author, boolean unprotect, boolean strict) {}

  /**
   * The same command again goes on with what it began.
   *
   * @throws FipctlException exit 8 when something else was begun
   */
  static AddressPlan continued(
      AddressRecord record,
      Action action,
      Optional<Pod> from,
      Optional<Pod> to,
      TargetChecks.Read read,
      MovePlanner transfer,
      Given given) {
    boolean isSame =
        record
            .intent()
            .filter(intent -> given.author().isNamedBy(intent.by()))
            .filter(intent -> intent.action() == action)
            .filter(
                intent -> from.isEmpty() || intent.from().filter(p -> p.is(from.get())).isPresent())
            .filter(intent -> to.isPresent() == intent.to().isPresent())
            .filter(intent -> to.isEmpty() || intent.to().get().is(to.get()))
            .isPresent();
    if (!isSame) {
      throw cutOff(record);
    }
    return handover(record, action, Optional.of(Direction.FORWARD), read, transfer, given);
  }

  /** Something else was begun with the address and is to be ended first. */
  static FipctlException cutOff(AddressRecord record) {
    return FipctlException.halfDone(
        "CutOff",
        "%s of %s was cut off; finish it or take it back first"
            .formatted(record.begun(), record.address()),
        ShellCommand.of(
            "fipctl recover %s   # finishes it where that is possible, else takes it back",
            record.address()),
        ShellCommand.of("fipctl show %s", record.address()));
  }

  /** The steps that end it. They find what is done already, and what nodes still have to follow. */
  static AddressPlan handover(
      AddressRecord record,
      Action action,
      Optional<Direction> wanted,
      TargetChecks.Read read,
      MovePlanner transfer,
      Given given) {
    boolean strict = given.strict();
    IpAddress address = record.address();
    ChangeContext site = transfer.site();
    Recovery recovery =
        judge(record, wanted, read.use().pods(), pod -> objection(read, pod, address, strict));
    recovery.requireUnprotected(record, given.unprotect(), read.use().pods());
    List<WatchedStep> steps = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    recovery.remark().ifPresent(warnings::add);
    for (Pod loser : recovery.losers()) {
      boolean silent = loser.holds(address) && transfer.isSilent(loser, read.use());
      List<Pod> others = recovery.keeper().filter(pod -> pod.holds(address)).stream().toList();
      if (silent) {
        warnings.add(MovePlanner.notChecked(loser));
      } else if (loser.holds(address)) {
        site.requireSight(loser);
      }
      if (loser.holds(address) || isReady(loser, read.use())) {
        steps.add(
            RemoveAddress.of(
                new PodAddress(silent ? site.unwatched() : site, loser, address),
                others,
                recovery.keeper()));
      }
    }
    recovery
        .keeper()
        .ifPresent(
            pod -> {
              site.requireSight(pod);
              VerifyingNodes observers =
                  read.judge(pod, address, Leniency.ofRecovery(strict)).observers();
              steps.add(AddAddress.alone(new PodAddress(site, pod, address), observers));
            });
    Optional<Pod> from =
        record.intent().flatMap(Intent::from).flatMap(party -> party.among(read.use().pods()));
    return new AddressPlan(
        address.toString(),
        List.of(address),
        action,
        from,
        recovery.keeper(),
        steps,
        site.watchNodes(),
        true,
        warnings);
  }

  private static boolean isReady(Pod pod, AddressUse use) {
    return pod.node().flatMap(use::node).filter(node -> node.ready()).isPresent();
  }

  private static Optional<FipctlException> objection(
      TargetChecks.Read read, Pod pod, IpAddress address, boolean strict) {
    try {
      read.judge(pod, address, Leniency.ofRecovery(strict));
      Annotation.requireNothingForeign(pod);
      return Optional.empty();
    } catch (FipctlException why) {
      if (why.exitCode() == ExitCode.FORBIDDEN) {
        throw why;
      }
      return Optional.of(why);
    }
  }
}
