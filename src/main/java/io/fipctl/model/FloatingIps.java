package io.fipctl.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a pod's annotation {@value #KEY} means to Calico, which is less than what it says
 * (libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go and
 * updateprocessors/workloadendpointprocessor.go): an entry that is no bare address of a family the
 * pod has is passed over in silence, and a value that is no JSON array of strings takes the pod's
 * whole endpoint away. Go's encoding/json and net.ParseIP decide what is which: what they refuse is
 * refused here, and what they accept has the same value here.
 */
public sealed interface FloatingIps {
  /** The annotation of a pod that holds its floating IPs. */
  String KEY = "cni.projectcalico.org/floatingIPs";

  /** No annotation. */
  record None() implements FloatingIps {}

  /** A JSON array of strings, in its order. */
  record Listed(String raw, List<Entry> entries) implements FloatingIps {
    public Listed {
      entries = List.copyOf(entries);
    }

    /** Whether the value is exactly what fipctl would write for these entries. */
    public boolean isCanonical() {
      return entries.stream().allMatch(entry -> entry.address().isPresent())
          && raw.equals(write(addresses()));
    }
  }

  /** No JSON array of strings: the pod has lost its network, or soon will. */
  record Malformed(String raw, String why) implements FloatingIps {
    private static final Pattern BETWEEN = Pattern.compile("[\\[\\]{},;\"'\\s]+");

    /**
     * The addresses that somebody meant, by what is one whatever is around it: {@code 10.0.0.1},
     * {@code ["10.0.0.1",]}. Calico takes none of them.
     */
    public List<IpAddress> meant() {
      return BETWEEN
          .splitAsStream(raw)
          .flatMap(word -> Cidr.tryParse(word).filter(Cidr::isHost).stream())
          .map(Cidr::network)
          .distinct()
          .toList();
    }
  }

  /** One string of the array: the address Calico makes of it, or why it makes none. */
  record Entry(String text, Optional<IpAddress> address, Optional<String> ignoredBecause) {}

  /**
   * Reads the annotation's value the way Calico does.
   *
   * @param podIps the pod's own addresses: an entry of a family that is not among them is ignored;
   *     none for a pod without a network yet, of which nobody knows the families
   */
  static FloatingIps read(Optional<String> value, Collection<IpAddress> podIps) {
    if (value.isEmpty()) {
      return new None();
    }
    String raw = value.get();
    JsonText.Value json;
    try {
      json = JsonText.parse(raw);
    } catch (JsonText.SyntaxException e) {
      return new Malformed(raw, raw.isEmpty() ? "the value is empty" : e.getMessage());
    }
    return switch (json) {
      case JsonText.Null nothing -> new Listed(raw, List.of());
      case JsonText.Arr array -> listed(raw, array, podIps);
      case JsonText.Obj other -> new Malformed(raw, "the value is an object, no array");
      case JsonText.Str other -> new Malformed(raw, "the value is a string, no array");
      case JsonText.Num other -> new Malformed(raw, "the value is a number, no array");
      case JsonText.Bool other -> new Malformed(raw, "the value is a flag, no array");
    };
  }

  private static FloatingIps listed(String raw, JsonText.Arr array, Collection<IpAddress> podIps) {
    List<Entry> entries = new ArrayList<>();
    for (JsonText.Value element : array.elements()) {
      if (element instanceof JsonText.Str string) {
        entries.add(entry(string.text(), podIps));
      } else if (element instanceof JsonText.Null) {
        // Go's decoder leaves a null element as the empty string.
        entries.add(entry("", podIps));
      } else {
        return new Malformed(raw, "an element is no string");
      }
    }
    return new Listed(raw, entries);
  }

  /** The value to write: a JSON array of canonical bare addresses. */
  static String write(Collection<IpAddress> addresses) {
    return addresses.stream()
        .map(address -> "\"" + address + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** The addresses that Calico programs, in the annotation's order, each once. */
  default List<IpAddress> addresses() {
    return switch (this) {
      case None none -> List.of();
      case Malformed malformed -> List.of();
      case Listed listed ->
          listed.entries().stream().flatMap(e -> e.address().stream()).distinct().toList();
    };
  }

  /** What stands in the value and is not programmed, as texts; empty when all of it is. */
  default List<String> ineffective() {
    return switch (this) {
      case None none -> List.of();
      case Malformed malformed -> List.of(malformed.raw());
      case Listed listed ->
          listed.entries().stream().filter(e -> e.address().isEmpty()).map(Entry::text).toList();
    };
  }

  private static Entry entry(String text, Collection<IpAddress> podIps) {
    if (text.indexOf('/') >= 0) {
      return ignored(text, "has a prefix length: Calico wants a bare address");
    }
    IpAddress address;
    try {
      address = IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      return ignored(text, "is no address");
    }
    if (!podIps.isEmpty() && podIps.stream().noneMatch(ip -> ip.family() == address.family())) {
      return ignored(text, "the pod has no " + address.family() + " address");
    }
    return new Entry(text, Optional.of(address), Optional.empty());
  }

  private static Entry ignored(String text, String why) {
    return new Entry(text, Optional.empty(), Optional.of(why));
  }
}
