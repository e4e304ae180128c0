/**
 * The Kubernetes API as the rest of fipctl sees it: its objects, lists, writes and watches, and
 * which pods on a node are calico-node's or fipctl's own. How it is reached is {@code
 * kube.client}'s.
 */
package io.fipctl.kube;
