package io.fipctl.lease;

/**
 * Hears of every boundary between two steps of a change. Nothing happens there in production; tests
 * end or stop the process at one, which is how a crash at the worst moment is made.
 */
@FunctionalInterface
public interface FailPoints {
  /** Goes on at every boundary. */
  FailPoints NONE = boundary -> {};

  /**
   * A boundary was reached: {@code before add 203.0.113.10 to shop/web-1}. Whatever this throws
   * that is no {@link RuntimeException} ends the run as a crash would: nothing is undone or let go
   * of.
   */
  void reached(String boundary);
}
