package io.fipctl.nodeoutput;

import java.util.List;

/**
 * A text of a node that was taken apart. What was not understood is no part of the value: whoever
 * concludes from it that something is not there has to ask for the faults first.
 */
public interface Parsed {
  /** What was not understood, in the order of the text; empty when the whole of it was. */
  List<ParseProblem> faults();
}
