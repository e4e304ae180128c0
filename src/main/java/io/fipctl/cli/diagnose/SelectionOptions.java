package io.fipctl.cli.diagnose;

import io.fipctl.cli.session.Arguments;
import io.fipctl.doctor.Catalogue;
import io.fipctl.doctor.Scope;
import io.fipctl.doctor.Selection;
import io.fipctl.doctor.check.Area;
import io.fipctl.doctor.check.Check;
import io.fipctl.evidence.Evidence;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which checks are run, and what of the cluster they are about. */
final class SelectionOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "[IP|POD...]",
      hideParamSyntax = true,
      description = "Only what concerns these addresses and pods; without any, everything.")
  List<String> words = List.of();

  @Option(
      names = "--pre",
      description = "Only whether the cluster can have floating IPs; no node is visited.")
  boolean before;

  @Option(names = "--node", paramLabel = "NODE", description = "Visit only this node; repeatable.")
  List<String> nodes = List.of();

  @Option(
      names = "--check",
      paramLabel = "ID|AREA",
      description = "Run only this check or area; may be repeated.")
  List<String> checks = List.of();

  @Option(
      names = "--skip",
      paramLabel = "ID|AREA",
      description = "Leave this check or area out; may be repeated.")
  List<String> skipped = List.of();

  @Option(
      names = "--suppress",
      paramLabel = "ID=OBJECT",
      description = "Leave out a finding about NS/POD, an address or a node; only counted.")
  List<String> suppressed = List.of();

  /**
   * What can be known before anything is read.
   *
   * @throws FipctlException exit 2 for a check that does not exist
   */
  Selection selection() {
    checks.forEach(SelectionOptions::checkOrArea);
    skipped.forEach(SelectionOptions::checkOrArea);
    List<Selection.Suppression> known =
        suppressed.stream().map(SelectionOptions::suppression).toList();
    return new Selection(checks, skipped, Set.copyOf(nodes), Set.of(), Set.of(), known, before);
  }

  /**
   * With what the words mean, which only the evidence tells.
   *
   * @param located gives a pod without a namespace the one that is meant
   */
  Selection scoped(Selection selection, Evidence evidence, UnaryOperator<PodTarget> located) {
    List<IpAddress> addresses = new ArrayList<>();
    List<PodTarget> pods = new ArrayList<>();
    for (String word : words) {
      Arguments arguments = Arguments.read(List.of(word));
      addresses.addAll(arguments.addresses());
      arguments.pod().map(located).ifPresent(pods::add);
    }
    return selection.about(Scope.of(evidence, addresses, pods));
  }

  private static Selection.Suppression suppression(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw FipctlException.usage(
          "'" + text + "' suppresses nothing", "write ID=NS/POD, such as FIP-401=shop/web-0");
    }
    return new Selection.Suppression(
        check(text.substring(0, equals)).id(), text.substring(equals + 1));
  }

  private static void checkOrArea(String word) {
    if (Arrays.stream(Area.values()).noneMatch(area -> area.toString().equalsIgnoreCase(word))) {
      check(word);
    }
  }

  static Check check(String id) {
    return Catalogue.byId(id)
        .orElseThrow(
            () ->
                FipctlException.usage(
                    "there is no check '" + id + "'", "fipctl doctor --list-checks"));
  }
}
