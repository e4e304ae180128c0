/** Repairs that are no change of an address: what killed runs have left, stale connections. */
package io.fipctl.repair;
