/** Single steps of a change: one write each, seen on the nodes, and the way back. */
package io.fipctl.change.step;
