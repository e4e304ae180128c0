/** The verbs that switch floating IPs on and off, and say whether they can work. */
package io.fipctl.cli.feature;
