package io.fipctl.kube.client;

import io.fipctl.kube.Kind;
import io.fipctl.model.ExitCode;
import io.fipctl.model.FipctlException;

/** Where the API has a kind's objects, and how messages name them. */
final class ResourcePath {
  private ResourcePath() {}

  static String collection(Kind kind, String namespace) {
    String group = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
    String place =
        place(kind, namespace).isEmpty()
            ? "/"
            : "/namespaces/" + ApiServer.encoded(namespace) + "/";
    return group + kind.version() + place + kind.plural();
  }

  static String object(Kind kind, String namespace, String name) {
    if ((kind.namespaced() && namespace.isEmpty()) || name.isEmpty()) {
      throw new FipctlException(
          ExitCode.FAILURE, "NoName", "a " + kind.name() + " was asked for without its full name");
    }
    return collection(kind, namespace) + "/" + ApiServer.encoded(name);
  }

  static String place(Kind kind, String namespace) {
    return kind.namespaced() ? namespace : "";
  }

  static String named(Kind kind, String namespace, String name) {
    String place = place(kind, namespace);
    return kind.resource()
        + (place.isEmpty() ? "" : " " + place)
        + (name.isEmpty() ? "" : (place.isEmpty() ? " " : "/") + name);
  }
}
