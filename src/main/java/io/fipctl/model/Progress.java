package io.fipctl.model;

/** Hears what is going on while something takes its time; nothing of it is the answer. */
public interface Progress {
  /** Hears nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public void step(String what) {}

        @Override
        public void warning(String what) {}
      };

  /** Something begins: {@code waiting for node n1 to route 203.0.113.10}. */
  void step(String what);

  /** Something that the user should know and that stops nothing. */
  void warning(String what);
}
