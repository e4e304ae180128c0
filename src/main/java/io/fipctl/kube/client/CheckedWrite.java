package io.fipctl.kube.client;

import io.fipctl.kube.ApiJson;
import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonPatch;
import io.fipctl.model.StaleWriteException;
import io.fipctl.model.UncertainWriteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One write, from the request to what stands of it. An answer that got lost is looked up; one that
 * came is compared with what was asked, because admission (webhooks, MutatingAdmissionPolicies) may
 * make something else of every write and still let it pass. What it made is taken back as long as
 * nobody has written since.
 */
final class CheckedWrite {
  private static final int LOOKS = 5;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final int LONGEST = 200;

  /** What a write needs of a cluster, without any check. */
  interface Requests {
    Optional<ApiObject> get();

    ApiObject patch(JsonPatch patch);

    void delete();

    void pause(Duration duration);
  }

  private final String object;
  private final WriteMode mode;
  private final Requests requests;

  /**
   * @param object for the reader
   */
  CheckedWrite(String object, WriteMode mode, Requests requests) {
    this.object = object;
    this.mode = mode;
    this.requests = requests;
  }

  ApiObject patch(JsonPatch patch) {
    Map<List<String>, Optional<Object>> wanted = patch.outcome();
    ApiObject made = lookedUp(() -> requests.patch(patch), wanted, patch.tested());
    if (!isIn(made, wanted)) {
      refuse(made, wanted, () -> isTakenBack(made, wanted, before(patch)));
    }
    return made;
  }

  /**
   * @param asked what was asked for; the server adds to it
   * @param exactly whether each of its fields must be as asked; whoever runs a cluster may have
   *     admission make something else of every pod, such as its image's registry
   */
  ApiObject create(ApiObject asked, boolean exactly, Supplier<ApiObject> request) {
    Map<List<String>, Optional<Object>> wanted = JsonPatch.places(asked.tree());
    // Of a name that the server makes nobody can tell what became of it.
    ApiObject made =
        exactly && !asked.name().isEmpty() ? lookedUp(request, wanted, Map.of()) : request.get();
    if (exactly && !isIn(made, wanted)) {
      refuse(made, wanted, () -> isDeleted(made));
    }
    return made;
  }

  /**
   * @param uid of the object that is to go; empty for whichever has its name
   */
  void delete(Optional<String> uid, Runnable request) {
    try {
      request.run();
    } catch (UncertainWriteException lost) {
      boolean isThere =
          look(lost)
              .filter(now -> uid.map(now.uid()::equals).orElse(true))
              .filter(now -> !now.has("metadata", "deletionTimestamp"))
              .isPresent();
      if (isThere) {
        throw lost;
      }
    }
  }

  /** Makes the request; whether one whose answer is missing was made, the object itself says. */
  private ApiObject lookedUp(
      Supplier<ApiObject> request,
      Map<List<String>, Optional<Object>> wanted,
      Map<List<String>, Object> before) {
    try {
      return request.get();
    } catch (UncertainWriteException lost) {
      if (mode != WriteMode.REAL) {
        throw lost.trouble();
      }
      Optional<ApiObject> now = look(lost);
      if (now.filter(found -> isIn(found, wanted)).isPresent()) {
        return now.get();
      }
      boolean isAsBefore =
          now.map(found -> before.entrySet().stream().allMatch(one -> isThere(found, one)))
              .orElse(before.isEmpty());
      if (isAsBefore) {
        // Not made by now; it may be on its way still, so that only its guards make it safe.
        throw lost;
      }
      throw new StaleWriteException(object + " has changed meanwhile: it is no longer as it was");
    }
  }

  private static boolean isThere(ApiObject found, Map.Entry<List<String>, Object> place) {
    return isSame(Optional.of(place.getValue()), found.value(place.getKey()));
  }

  /**
   * The object as it is now.
   *
   * @throws UncertainWriteException the one that is given, when nobody answers
   */
  private Optional<ApiObject> look(UncertainWriteException lost) {
    for (int tries = 1; ; tries++) {
      try {
        return requests.get();
      } catch (FipctlException failure) {
        if (tries == LOOKS || failure.exitCode() == ExitCode.INTERRUPTED) {
          lost.addSuppressed(failure);
          throw lost;
        }
        requests.pause(LOOK_AGAIN);
      }
    }
  }

  /** What was at the places that the patch writes to; a place it does not test had nothing. */
  private static Map<List<String>, Optional<Object>> before(JsonPatch patch) {
    Map<List<String>, Object> tested = patch.tested();
    Map<List<String>, Optional<Object>> before = new LinkedHashMap<>();
    patch.outcome().keySet().forEach(p -> before.put(p, Optional.ofNullable(tested.get(p))));
    return before;
  }

  private void refuse(
      ApiObject made, Map<List<String>, Optional<Object>> wanted, Supplier<Boolean> takeBack) {
    String what =
        "admission made something else of what was asked of %s: %s"
            .formatted(object, differences(made, wanted));
    String[] hints = {
      "kubectl get mutatingwebhookconfigurations",
      "kubectl get mutatingadmissionpolicies   # Kubernetes 1.32 and later"
    };
    if (mode != WriteMode.REAL) {
      throw FipctlException.forbidden("ChangedByAdmission", what, hints);
    }
    boolean back;
    try {
      back = takeBack.get();
    } catch (FipctlException failure) {
      throw left(what + ", and taking it back failed: " + failure.getMessage(), hints)
          .causedBy(failure)
          .leavingAChange();
    }
    if (!back) {
      throw left(what + ", and it could not be taken back", hints).leavingAChange();
    }
    throw FipctlException.forbidden("ChangedByAdmission", what + "; it was taken back", hints);
  }

  private static FipctlException left(String what, String... hints) {
    return FipctlException.halfDone("ChangedByAdmission", what, hints);
  }

  private boolean isTakenBack(
      ApiObject made,
      Map<List<String>, Optional<Object>> wanted,
      Map<List<String>, Optional<Object>> before) {
    ApiObject now = made;
    for (int tries = 1; ; tries++) {
      List<JsonPatch.Operation> operations = back(now, before);
      if (operations.isEmpty()) {
        return true;
      }
      operations.addFirst(JsonPatch.test(now.resourceVersion(), "metadata", "resourceVersion"));
      operations.addFirst(JsonPatch.test(now.uid(), "metadata", "uid"));
      try {
        return isIn(requests.patch(new JsonPatch(operations)), before);
      } catch (StaleWriteException other) {
        // The kubelet writes to a pod every few seconds; only what stands at these places counts.
        Optional<ApiObject> found = requests.get();
        boolean isStill =
            found
                .filter(one -> one.uid().equals(made.uid()))
                .filter(
                    one ->
                        wanted.keySet().stream().allMatch(p -> isSame(made.value(p), one.value(p))))
                .isPresent();
        if (!isStill || tries == LOOKS) {
          return false;
        }
        now = found.get();
      }
    }
  }

  private static List<JsonPatch.Operation> back(
      ApiObject now, Map<List<String>, Optional<Object>> before) {
    List<JsonPatch.Operation> operations = new ArrayList<>();
    before.forEach(
        (place, value) -> {
          if (isSame(value, now.value(place))) {
            return;
          }
          String[] path = place.toArray(String[]::new);
          List<String> parent = place.subList(0, place.size() - 1);
          if (value.isEmpty()) {
            operations.add(JsonPatch.remove(path));
          } else if (now.value(parent).isPresent()) {
            operations.add(JsonPatch.add(value.get(), path));
          } else {
            operations.add(
                JsonPatch.add(Map.of(place.getLast(), value.get()), parent.toArray(String[]::new)));
          }
        });
    return operations;
  }

  private boolean isDeleted(ApiObject made) {
    Optional<ApiObject> now = requests.get();
    if (now.isEmpty()) {
      return true;
    }
    if (!now.get().uid().equals(made.uid())
        || !now.get().resourceVersion().equals(made.resourceVersion())) {
      return false;
    }
    requests.delete();
    return true;
  }

  private static boolean isIn(ApiObject object, Map<List<String>, Optional<Object>> wanted) {
    return wanted.entrySet().stream()
        .allMatch(place -> isSame(place.getValue(), object.value(place.getKey())));
  }

  private static boolean isSame(Optional<Object> one, Optional<Object> other) {
    return Objects.equals(comparable(one), comparable(other));
  }

  /** Of numbers the value counts; an empty text, list or map may be left out. */
  private static Object comparable(Optional<Object> value) {
    return switch (value.orElse("")) {
      case Number number -> number.doubleValue();
      case List<?> list -> list.isEmpty() ? "" : list;
      case Map<?, ?> map -> map.isEmpty() ? "" : map;
      case Object other -> other;
    };
  }

  private static String differences(ApiObject made, Map<List<String>, Optional<Object>> wanted) {
    return wanted.entrySet().stream()
        .filter(place -> !isSame(place.getValue(), made.value(place.getKey())))
        .map(
            place ->
                "%s is %s, asked for was %s"
                    .formatted(
                        String.join(".", place.getKey()),
                        words(made.value(place.getKey())),
                        words(place.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static String words(Optional<Object> value) {
    String text = value.map(ApiJson::write).orElse("not there");
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
