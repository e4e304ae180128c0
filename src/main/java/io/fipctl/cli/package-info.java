/**
 * What the user types: one class for each verb, the options they share, and what becomes of
 * failures. A command reads, asks an operation for a plan, carries it out and hands the result to
 * {@link io.fipctl.render}.
 */
package io.fipctl.cli;
