package io.fipctl.doctor.check;

import java.util.Locale;

/** The groups in which checks are printed, in this order. */
public enum Area {
  ACCESS("access to the cluster"),
  CALICO("Calico's configuration"),
  ADDRESSES("addresses and pods"),
  DATAPLANE("rules and routes on the nodes"),
  REACHABILITY("the way to the node"),
  PODS("the pod itself"),
  PROBES("real packets");

  private final String title;

  Area(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** As it is typed behind {@code --check}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
