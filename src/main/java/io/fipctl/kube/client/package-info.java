/** The API server behind {@link io.fipctl.kube.Cluster}: requests, retries, watch, exec, attach. */
package io.fipctl.kube.client;
