/**
 * Readers of what tools print on a node: iproute2, conntrack, sysctl, birdcl, the CNI directory.
 * Text in, records out; nothing is judged here.
 *
 * <p>Nothing throws on what it reads. Text that is not understood becomes a {@link
 * io.fipctl.nodeoutput.ParseProblem} with its line, beside what was understood.
 */
package io.fipctl.nodeoutput;
