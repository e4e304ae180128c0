package io.fipctl.lab.simulation;

import io.fipctl.kube.Cluster.Access;
import io.fipctl.kube.Kind;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import java.util.TreeSet;

/** What the lab refuses: rights, kinds that the API server is in trouble over, images. */
public final class Refusals {
  private final TreeSet<String> denied = new TreeSet<>();
  private final TreeSet<String> troubled = new TreeSet<>();
  private final TreeSet<String> missingImages = new TreeSet<>();

  void putAll(Refusals others) {
    denied.addAll(others.denied);
    troubled.addAll(others.troubled);
    missingImages.addAll(others.missingImages);
  }

  void deny(String right) {
    denied.add(right);
  }

  void allow(String right) {
    denied.remove(right);
  }

  void trouble(Kind kind) {
    troubled.add(kind.resource());
  }

  void missImage(String image) {
    missingImages.add(image);
  }

  boolean isImageMissing(String image) {
    return missingImages.contains(image);
  }

  public boolean allows(Access access) {
    String resource = access.resource() + access.subresource().map(sub -> "/" + sub).orElse("");
    String full = access.group().isEmpty() ? resource : resource + "." + access.group();
    return !denied.contains(access.verb() + " " + full)
        && !denied.contains("* " + full)
        && !denied.contains(access.namespace() + ": " + access.verb() + " " + full);
  }

  /** Refuses what is denied, with the server's words and the rule to add. */
  public void require(Access access) {
    require(access, "", access.verb());
  }

  /** The same for what takes several verbs, with words of one's own before the server's. */
  public void require(Access access, String before, String... verbs) {
    if (allows(access)) {
      return;
    }
    String resource = access.resource() + access.subresource().map(sub -> "/" + sub).orElse("");
    boolean everywhere = access.namespace().isEmpty();
    throw FipctlException.forbidden(
        "Forbidden",
        "%s%s is forbidden: User \"lab\" cannot %s resource \"%s\" in API group \"%s\" %s"
            .formatted(
                before,
                resource,
                access.verb(),
                resource,
                access.group(),
                everywhere
                    ? "at the cluster scope"
                    : "in the namespace \"" + access.namespace() + "\""),
        "rule missing: {apiGroups: [\"%s\"], resources: [\"%s\"], verbs: [\"%s\"]} %s"
            .formatted(
                access.group(),
                resource,
                String.join("\", \"", verbs),
                everywhere ? "cluster-wide" : "in namespace " + access.namespace()));
  }

  /** Answers as an API server whose webhook for a kind does not. */
  public void requireNoTrouble(Kind kind, String verb) {
    if (troubled.contains(kind.resource())) {
      throw new FipctlException(
          ExitCode.FAILURE,
          "ServerError",
          "the API server lab://lab answers HTTP 500 to %s %s: conversion webhook for %s failed"
              .formatted(verb, kind.resource(), kind.resource()),
          "kubectl get " + kind.resource());
    }
  }
}
