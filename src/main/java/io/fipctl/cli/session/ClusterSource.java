package io.fipctl.cli.session;

import io.fipctl.kube.Cluster;

/** Opens the cluster that the options name; not called by commands that need none. */
@FunctionalInterface
public interface ClusterSource {
  Cluster open(GlobalOptions options);
}
