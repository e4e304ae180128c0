package io.fipctl.model;

import java.util.List;
import java.util.Optional;

/**
 * A Calico IPPool.
 *
 * @param disabled no address is handed out from it, but BIRD still exports what lies in it
 */
public record IpPool(
    String name,
    Cidr cidr,
    boolean disabled,
    boolean ipip,
    boolean vxlan,
    boolean disableBgpExport,
    boolean manual) {

  public static Optional<IpPool> of(ApiObject object) {
    return object
        .text("spec", "cidr")
        .flatMap(Cidr::tryParse)
        .map(
            cidr ->
                new IpPool(
                    object.name(),
                    cidr,
                    object.flag("spec", "disabled"),
                    isOn(object, "ipipMode"),
                    isOn(object, "vxlanMode"),
                    object.flag("spec", "disableBGPExport"),
                    object.text("spec", "assignmentMode").equals(Optional.of("Manual"))));
  }

  /** The pool an address lies in; the narrowest, should they overlap. */
  public static Optional<IpPool> containing(List<IpPool> pools, IpAddress address) {
    return pools.stream()
        .filter(pool -> pool.cidr.contains(address))
        .reduce((a, b) -> a.cidr.prefix() >= b.cidr.prefix() ? a : b);
  }

  /** Whether traffic between nodes is wrapped; direct routes are BIRD's then only in part. */
  public boolean encapsulated() {
    return ipip || vxlan;
  }

  /** Whether IPAM may hand its addresses to pods by itself. */
  public boolean allocates() {
    return !disabled && !manual;
  }

  private static boolean isOn(ApiObject object, String mode) {
    return object.text("spec", mode).filter(value -> !value.equals("Never")).isPresent();
  }
}
