package io.fipctl.kube.config;

/** Addresses that people wrote, which may hold a user and a password. */
final class Urls {
  private Urls() {}

  /** As it may be shown: without user and password, even when it is not an address at all. */
  static String shown(String url) {
    return url.replaceFirst("(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1***@");
  }
}
