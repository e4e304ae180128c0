/**
 * Calico as it is installed in a cluster: its settings and which source of each wins, both switches
 * of floating IPs, who uses which address, and whether it will be reachable.
 */
package io.fipctl.calico;
