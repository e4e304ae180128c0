package io.fipctl.doctor;

import io.fipctl.model.ApiObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what was read, before it is judged or kept: so a saved collection is judged
 * like the cluster, and may be handed to somebody else.
 */
final class Redaction {
  private static final String REMOVED = "(removed)";
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(token|secret|passw|credential|private|api_?key|access_?key).*");
  private static final Pattern SECRET_MEMBER =
      Pattern.compile(
          "(?i)(\"[a-z0-9_-]*(?:token|secret|passw|private_key|client-key)[a-z0-9_-]*\"\\s*:\\s*\")[^\"]*\"");
  private static final Pattern BEARER =
      Pattern.compile("(?i)(bearer +|eyJ[a-z0-9_-]{8,}\\.)[a-z0-9._~+/=-]{8,}");
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?-----END [A-Z ]*PRIVATE KEY-----");

  /** Large, and copies of what stands elsewhere. */
  private static final Set<String> LEFT_OUT =
      Set.of("managedFields", "kubectl.kubernetes.io/last-applied-configuration");

  private Redaction() {}

  static ApiObject object(ApiObject object) {
    return new ApiObject(map(object.tree()));
  }

  /** A text as a node printed it, or as a ConfigMap has it. */
  static String text(String text) {
    String clean = SECRET_MEMBER.matcher(text).replaceAll("$1" + REMOVED + "\"");
    clean = PEM.matcher(clean).replaceAll(REMOVED);
    return BEARER.matcher(clean).replaceAll(REMOVED);
  }

  private static Map<String, Object> map(Map<?, ?> tree) {
    Map<String, Object> clean = new LinkedHashMap<>();
    // An environment variable says by its name what its value is.
    boolean secret =
        tree.get("name") instanceof String name
            && tree.get("value") instanceof String
            && SECRET_NAME.matcher(name).matches();
    tree.forEach(
        (key, value) -> {
          String name = key.toString();
          if (LEFT_OUT.contains(name)) {
            return;
          }
          boolean hidden =
              (secret && name.equals("value"))
                  || (value instanceof String && SECRET_NAME.matcher(name).matches());
          clean.put(name, hidden ? REMOVED : value(value));
        });
    return clean;
  }

  private static Object value(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof List<?> list) {
      List<Object> clean = new ArrayList<>();
      list.forEach(element -> clean.add(value(element)));
      return clean;
    }
    return value instanceof String text ? text(text) : value;
  }
}
