/**
 * Why does this address not answer? Evidence, checks, report.
 *
 * <p>{@link io.fipctl.doctor.Evidence} is what was read of the API and of each node, by {@link
 * io.fipctl.doctor.LiveEvidence} from a cluster or by {@link io.fipctl.doctor.SavedEvidence} from a
 * saved folder. The checks of {@link io.fipctl.doctor.Catalogue} judge it: pure functions that say
 * ok only of what they saw. {@link io.fipctl.doctor.Doctor} runs them and folds what merely follows
 * from something else into its cause; the {@link io.fipctl.doctor.Report} is what is printed.
 */
package io.fipctl.doctor;
