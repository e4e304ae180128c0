/**
 * What changes: enable, disable, assign, move, release. A verb reads the cluster and makes a {@link
 * io.fipctl.operation.Plan} of undoable steps, or refuses; carrying it out is one and the same code
 * for all of them.
 */
package io.fipctl.operation;
