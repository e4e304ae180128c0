/**
 * The verbs about addresses: assign, move, release, list, show, owner, history, recover, failover,
 * lock.
 */
package io.fipctl.cli.address;
