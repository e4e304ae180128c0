package io.fipctl.cli.session;

import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.PodTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The positional arguments of assign, move and release: addresses and at most one pod, in either
 * order, told apart by being an address or not.
 */
public record Arguments(List<IpAddress> addresses, Optional<PodTarget> pod) {

  /**
   * Reads {@code POD IP[,IP…]} in any order.
   *
   * @throws FipctlException exit 2 naming the word that is neither
   */
  public static Arguments read(List<String> words) {
    List<IpAddress> addresses = new ArrayList<>();
    List<PodTarget> pods = new ArrayList<>();
    for (String word : words) {
      if (looksLikeAddresses(word)) {
        for (String part : word.split(",", -1)) {
          addresses.add(address(part));
        }
      } else {
        pods.add(pod(word));
      }
    }
    if (pods.size() > 1) {
      throw FipctlException.usage(
          "there are %d pods, '%s' and '%s'; one is wanted"
              .formatted(pods.size(), pods.get(0).typed(), pods.get(1).typed()),
          "write one pod and its addresses: POD IP[,IP...]");
    }
    return new Arguments(addresses.stream().distinct().toList(), pods.stream().findFirst());
  }

  /** The pod that was named, here or by an option, but not by both. */
  public PodTarget pod(Optional<PodTarget> option, String optionName) {
    if (pod.isPresent() && option.isPresent()) {
      throw FipctlException.usage(
          "the pod is named twice, by %s and as '%s'".formatted(optionName, pod.get().typed()),
          "leave one of the two out");
    }
    return pod.or(() -> option)
        .orElseThrow(
            () ->
                FipctlException.usage(
                    "no pod is named", "write POD IP, for example: web-0 203.0.113.10"));
  }

  public List<IpAddress> requireAddresses() {
    if (addresses.isEmpty()) {
      throw FipctlException.usage(
          "no address is named", "write POD IP, for example: web-0 203.0.113.10");
    }
    return addresses;
  }

  /**
   * Pod names start with a letter or digit and never hold a colon; addresses are digits and dots.
   */
  public static boolean looksLikeAddresses(String word) {
    String first = word.split(",", 2)[0];
    return first.indexOf(':') >= 0
        || first.isEmpty()
        || first.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '/');
  }

  private static IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw FipctlException.usage(e.getMessage(), "write a bare address such as 203.0.113.10")
          .causedBy(e);
    }
  }

  public static PodTarget pod(String text) {
    try {
      return PodTarget.parse(text);
    } catch (IllegalArgumentException e) {
      throw FipctlException.usage(e.getMessage(), "kubectl get pods -A   # which there are")
          .causedBy(e);
    }
  }
}
