/** The Lease of an address: its lock while it is changed, and its record for good. */
package io.fipctl.lease;
