package io.fipctl.operation;

/**
 * Who changes things, for locks and history.
 *
 * @param who {@code user@host:pid}, with the address of the CI job where one is known
 * @param version of fipctl
 */
public record Author(String who, String version) {}
