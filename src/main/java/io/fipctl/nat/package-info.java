/**
 * What a node says: text in, records out. Knows the JDK and the model only.
 *
 * <p>Nothing here throws on what it reads. Text that is not understood becomes a {@link
 * io.fipctl.nat.Fault} with its line, beside whatever was understood.
 */
package io.fipctl.nat;
