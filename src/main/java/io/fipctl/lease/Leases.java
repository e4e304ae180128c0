package io.fipctl.lease;

import io.fipctl.calico.AddressUse;
import io.fipctl.kube.Cluster;
import io.fipctl.kube.Cluster.Scope;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.IpAddress;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.ShellCommand;
import io.fipctl.model.StaleWriteException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Leases of addresses: each is the address's lock and its record. */
public final class Leases {
  private static final String NAME = "fip-";
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Cluster cluster;
  private final String namespace;

  public Leases(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** {@code fip-203-0-113-10}. */
  public static String name(IpAddress address) {
    return NAME + address.asName();
  }

  /** The address of a Lease; empty for somebody else's. */
  public static Optional<IpAddress> address(ApiObject lease) {
    String name = lease.name();
    if (!name.startsWith(NAME)) {
      return Optional.empty();
    }
    String rest = name.substring(NAME.length());
    boolean four = rest.chars().filter(c -> c == '-').count() == 3;
    return IpAddress.tryParse(rest.replace('-', four ? '.' : ':'))
        .filter(address -> name(address).equals(name));
  }

  Optional<ApiObject> find(IpAddress address) {
    return cluster.get(Kind.LEASES, namespace, name(address));
  }

  /** What is written down about an address. */
  public AddressRecord record(IpAddress address) {
    return AddressRecord.of(address, find(address).orElse(ApiObject.EMPTY));
  }

  /** All that is written down, by address. */
  public List<AddressRecord> records() {
    Map<IpAddress, AddressRecord> records = new java.util.TreeMap<>();
    for (ApiObject lease : cluster.list(Kind.LEASES, Scope.in(namespace))) {
      address(lease).ifPresent(address -> records.put(address, AddressRecord.of(address, lease)));
    }
    return List.copyOf(records.values());
  }

  /** All that is written down; nothing where that may not be read. */
  public List<AddressRecord> readableRecords() {
    return AddressUse.unlessForbidden(this::records).orElse(List.of());
  }

  /** What is written down about an address; nothing where that may not be read. */
  public AddressRecord readableRecord(IpAddress address) {
    return AddressUse.unlessForbidden(() -> record(address))
        .orElseGet(() -> AddressRecord.none(address));
  }

  /** Makes the Lease with this holder, and the namespace where that is missing. */
  ApiObject create(IpAddress address, String holder, Instant now) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("holderIdentity", holder);
    spec.put("leaseDurationSeconds", AddressLock.TERM.toSeconds());
    spec.put("acquireTime", MICRO_TIME.format(now));
    spec.put("renewTime", MICRO_TIME.format(now));
    spec.put("leaseTransitions", 0L);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name(address));
    metadata.put("namespace", namespace);
    metadata.put("labels", Map.of("app.kubernetes.io/managed-by", "fipctl"));
    metadata.put(
        "annotations",
        Map.of(
            AddressRecord.PREFIX + "address",
            address.toString(),
            AddressRecord.FORMAT,
            String.valueOf(RecordFormat.VERSION)));
    ApiObject lease = new ApiObject(Map.of("metadata", metadata, "spec", spec));
    try {
      return cluster.create(Kind.LEASES, lease, WriteMode.REAL);
    } catch (FipctlException missing) {
      if (missing.exitCode() != ExitCode.NOT_FOUND) {
        throw missing;
      }
      createNamespace();
      return cluster.create(Kind.LEASES, lease, WriteMode.REAL);
    }
  }

  /**
   * Makes the namespace of the Leases; one that is there already is no failure.
   *
   * @throws FipctlException exit 6 when that is not allowed, naming who could do it how
   */
  public void createNamespace() {
    try {
      cluster.create(
          Kind.NAMESPACES,
          new ApiObject(Map.of("metadata", Map.of("name", namespace))),
          WriteMode.REAL);
    } catch (FipctlException failure) {
      switch (failure.exitCode()) {
        case CONFLICT -> {}
        case FORBIDDEN ->
            throw FipctlException.forbidden(
                    "NoRecordNamespace",
                    "locks and records are kept in namespace %s, which is not there and may not be"
                            .formatted(namespace)
                        + " made: "
                        + failure.getMessage(),
                    ShellCommand.of(
                        "kubectl create namespace %s   # by somebody who may", namespace),
                    "name another namespace with --record-namespace")
                .causedBy(failure);
        default -> throw failure;
      }
    }
  }

  /**
   * Makes somebody the holder of a Lease that is free or that nobody renews.
   *
   * @throws StaleWriteException when it has changed since it was read
   */
  public ApiObject take(IpAddress address, ApiObject lease, String holder, Instant now) {
    List<JsonPatch.Operation> operations = new ArrayList<>();
    operations.add(JsonPatch.test(lease.resourceVersion(), "metadata", "resourceVersion"));
    for (String field :
        List.of(
            "holderIdentity",
            "leaseDurationSeconds",
            "acquireTime",
            "renewTime",
            "leaseTransitions")) {
      operations.addAll(tests(lease, "spec", field));
    }
    operations.add(JsonPatch.add(holder, "spec", "holderIdentity"));
    operations.add(JsonPatch.add(AddressLock.TERM.toSeconds(), "spec", "leaseDurationSeconds"));
    operations.add(JsonPatch.add(MICRO_TIME.format(now), "spec", "acquireTime"));
    operations.add(JsonPatch.add(MICRO_TIME.format(now), "spec", "renewTime"));
    operations.add(JsonPatch.add(transitions(lease) + 1, "spec", "leaseTransitions"));
    return patch(address, operations);
  }

  /**
   * Writes as its holder: a compare-and-swap on holder and transitions.
   *
   * @param as the Lease as it was last seen
   * @param holder who has it afterwards; the empty text to let go of it
   * @param annotations what to write into the record; empty to take it out
   * @throws StaleWriteException when it belongs to somebody else, or the record is another one
   */
  ApiObject renew(
      IpAddress address,
      ApiObject as,
      String holder,
      Map<String, Optional<String>> annotations,
      Instant now) {
    List<JsonPatch.Operation> operations = new ArrayList<>();
    operations.add(
        JsonPatch.test(as.text("spec", "holderIdentity").orElse(""), "spec", "holderIdentity"));
    operations.add(JsonPatch.test(transitions(as), "spec", "leaseTransitions"));
    operations.addAll(tests(as, "spec", "renewTime"));
    annotations
        .keySet()
        .forEach(key -> operations.addAll(tests(as, "metadata", "annotations", key)));
    operations.add(JsonPatch.add(holder, "spec", "holderIdentity"));
    operations.add(JsonPatch.add(MICRO_TIME.format(now), "spec", "renewTime"));
    if (!annotations.isEmpty() && !as.has("metadata", "annotations")) {
      operations.add(JsonPatch.test(as.resourceVersion(), "metadata", "resourceVersion"));
      operations.add(JsonPatch.add(Map.of(), "metadata", "annotations"));
    }
    annotations.forEach(
        (key, value) -> {
          if (value.isPresent()) {
            operations.add(JsonPatch.add(value.get(), "metadata", "annotations", key));
          } else if (as.annotation(key).isPresent()) {
            operations.add(JsonPatch.remove("metadata", "annotations", key));
          }
        });
    return patch(address, operations);
  }

  /** That a place is as it was read. */
  private static List<JsonPatch.Operation> tests(ApiObject lease, String... place) {
    return lease.value(List.of(place)).stream()
        .map(before -> JsonPatch.test(before, place))
        .toList();
  }

  private ApiObject patch(IpAddress address, List<JsonPatch.Operation> operations) {
    return cluster.patch(
        Kind.LEASES, namespace, name(address), new JsonPatch(operations), WriteMode.REAL);
  }

  static long transitions(ApiObject lease) {
    return lease.number("spec", "leaseTransitions").orElse(0);
  }

  /**
   * Takes a lock away from whoever has it; the record stays.
   *
   * @return the record as it was; its lock is empty when nobody had it
   */
  public AddressRecord breakLock(IpAddress address, Instant now) {
    ApiObject lease =
        find(address)
            .orElseThrow(
                () ->
                    FipctlException.notFound(
                        "NoLock", "there is no lock of " + address, "fipctl lock list"));
    AddressRecord before = AddressRecord.of(address, lease);
    if (before.lock().isPresent()) {
      take(address, lease, "", now);
    }
    return before;
  }
}
