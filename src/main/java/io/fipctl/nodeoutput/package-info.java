/**
 * Readers of what tools print on a node: iproute2, conntrack, sysctl, birdcl, the CNI directory.
 * Text in, records out, with every place that was not understood; nothing is judged here.
 */
package io.fipctl.nodeoutput;
