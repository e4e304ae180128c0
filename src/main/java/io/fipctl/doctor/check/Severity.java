package io.fipctl.doctor.check;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
  /** Something works that may stop working, or works in a way that surprises. */
  WARNING,
  /** Something does not work. */
  ERROR;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
