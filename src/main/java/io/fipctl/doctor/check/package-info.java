/**
 * The checks: pure functions from {@link io.fipctl.doctor.check.Facts} and {@link
 * io.fipctl.doctor.check.NodeFacts} to outcomes, and what they are made of. A check says ok only of
 * what was read.
 */
package io.fipctl.doctor.check;
