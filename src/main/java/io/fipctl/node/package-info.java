/**
 * What can be run on a node, and what comes back; how nodes are reached is {@code kube.client}'s.
 */
package io.fipctl.node;
