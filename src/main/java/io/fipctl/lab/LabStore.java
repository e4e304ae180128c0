package io.fipctl.lab;

import io.fipctl.lab.simulation.Controllers;
import io.fipctl.lab.simulation.LabState;
import java.util.function.Function;

/** Where a practice cluster is kept between two calls. */
interface LabStore {
  /** Looks at the state; what is handed out must not be changed. */
  <T> T read(Function<LabState, T> look);

  /**
   * Changes the state, lets the controllers settle, and keeps all of it: or nothing, when the
   * change throws.
   */
  <T> T change(Function<LabState, T> change);

  /** Waits until the version is another one, or some time has passed. */
  void awaitOther(long version) throws InterruptedException;

  /** In this process only. */
  final class InMemory implements LabStore {
    private LabState state;

    InMemory(LabState start) {
      state = start.copy();
      Controllers.settle(state);
    }

    @Override
    public synchronized <T> T read(Function<LabState, T> look) {
      return look.apply(state);
    }

    @Override
    public synchronized <T> T change(Function<LabState, T> change) {
      LabState next = state.copy();
      T answer = change.apply(next);
      Controllers.settle(next);
      state = next;
      notifyAll();
      return answer;
    }

    @Override
    public synchronized void awaitOther(long version) throws InterruptedException {
      while (state.version() == version) {
        wait();
      }
    }
  }
}
