/**
 * Why does this address not answer? The catalogue of all checks, the run through them, and the
 * report: what merely follows from another finding is folded into its cause.
 */
package io.fipctl.doctor;
