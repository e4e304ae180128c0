package io.fipctl.cli.session;

/** A command whose answer is a report: {@code -o} takes the formats of {@code ReportFormat}. */
public interface ReportCommand {}
