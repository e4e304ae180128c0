/**
 * The outside world: the API server and the nodes behind it. The only package that speaks fabric8;
 * everything above sees {@link io.fipctl.cluster.Cluster} and {@link io.fipctl.cluster.NodeShell}.
 */
package io.fipctl.cluster;
