/** Enabling and disabling floating IPs: the CNI template, the rollout, Felix's setting. */
package io.fipctl.feature;
