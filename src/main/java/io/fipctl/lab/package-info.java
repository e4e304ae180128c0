/**
 * The practice cluster: API objects, three nodes and a simulated Felix inside one process, kept in
 * a state file or in memory. It answers in the formats of real nodes, so that every verb works in
 * it, and it is what the tests of everything above run on.
 */
package io.fipctl.lab;
