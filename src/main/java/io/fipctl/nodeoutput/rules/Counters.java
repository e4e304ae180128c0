package io.fipctl.nodeoutput.rules;

/** How often a rule or a policy applied. */
public record Counters(long packets, long bytes) {}
