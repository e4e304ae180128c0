/**
 * Changes of addresses: assign, move, release, recover, failover. Each reads the cluster and plans
 * the {@link io.fipctl.change.step.ChangePlan steps} of its addresses, or refuses; one transaction
 * locks, looks again, writes down, carries out and takes back for all of them.
 */
package io.fipctl.change;
