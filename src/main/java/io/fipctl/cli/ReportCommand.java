package io.fipctl.cli;

/** A command whose answer is a report: {@code -o} takes the formats of {@code ReportFormat}. */
interface ReportCommand {}
