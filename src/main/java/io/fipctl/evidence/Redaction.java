package io.fipctl.evidence;

import io.fipctl.model.ApiObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what was read, before it is judged or kept: so a saved collection is judged
 * like the cluster, and may be handed to somebody else.
 */
public final class Redaction {
  private static final String REMOVED = "(removed)";
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i)token|secret|passw|credential|private|authorization"
              + "|(?:api|access|client|etcd|tls)[-_.]?key");

  // Each of these tries a place once and goes on behind what it has read: whatever the text, the
  // work grows with its length only. So no repetition is unlimited that another may take over.

  /** {@code "name": "} in JSON, or in JSON within a JSON string. */
  private static final Pattern MEMBER =
      Pattern.compile("\"([A-Za-z0-9_.-]{1,253}+)\\\\{0,9}+\"\\s{0,99}+:\\s{0,99}+(\\\\{0,9}+)\"");

  /** {@code name: value} in YAML, alone on its line. */
  private static final Pattern YAML =
      Pattern.compile("(?m)^([ ]*+(?:- ++)?+)(['\"]?+[A-Za-z0-9_.-]{1,253}+['\"]?+): *+(.*+)$");

  /** {@code NAME=value}, as in an environment or in an argument. */
  private static final Pattern ASSIGNED =
      Pattern.compile("(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{1,253}+)=(?:\"[^\"]*+\"|[^\\s\"']++)");

  private static final Pattern BEARER = Pattern.compile("(?i)bearer\\s++[a-z0-9._~+/=-]{8,}+");
  private static final Pattern TOKEN_CHARACTERS = Pattern.compile("[A-Za-z0-9._~+/=-]++");
  private static final Pattern USER =
      Pattern.compile("(?<=://)[^\\s/?#\"'`<>@,]{1,4096}+@(?:[^\\s/?#\"'`<>@,]{0,4096}+@)*+");
  private static final String PEM_BEGINS = "-----BEGIN ";
  private static final String PEM_ENDS = "-----END ";
  private static final String PEM_KEY = "PRIVATE KEY-----";

  /** Large, and copies of what stands elsewhere. */
  private static final Set<String> LEFT_OUT =
      Set.of("managedFields", "kubectl.kubernetes.io/last-applied-configuration");

  private Redaction() {}

  static ApiObject object(ApiObject object) {
    return new ApiObject(map(object.tree()));
  }

  /** A text as a node printed it, or as a ConfigMap has it. */
  public static String text(String text) {
    String clean = withoutKeys(text);
    clean = withoutMembers(clean);
    clean = withoutYaml(clean);
    clean = ASSIGNED.matcher(clean).replaceAll(Redaction::assigned);
    clean = BEARER.matcher(clean).replaceAll(REMOVED);
    clean = TOKEN_CHARACTERS.matcher(clean).replaceAll(Redaction::withoutJwt);
    return USER.matcher(clean).replaceAll(REMOVED + "@");
  }

  private static boolean isSecret(String name) {
    return SECRET_NAME.matcher(name).find();
  }

  /** Without private keys; one that does not end ends with the text. */
  private static String withoutKeys(String text) {
    StringBuilder clean = new StringBuilder();
    int done = 0;
    for (int begin = text.indexOf(PEM_BEGINS);
        begin >= 0;
        begin = text.indexOf(PEM_BEGINS, begin + 1)) {
      int what = begin + PEM_BEGINS.length();
      int key = text.substring(what, Math.min(text.length(), what + 80)).indexOf(PEM_KEY);
      if (begin < done || key < 0) {
        continue;
      }
      clean.append(text, done, begin).append(REMOVED);
      int end = text.indexOf(PEM_ENDS, what);
      int behind = end < 0 ? -1 : text.indexOf("-----", end + PEM_ENDS.length());
      done = behind < 0 ? text.length() : behind + "-----".length();
    }
    return done == 0 ? text : clean.append(text, done, text.length()).toString();
  }

  private static String withoutMembers(String text) {
    StringBuilder clean = new StringBuilder();
    Matcher member = MEMBER.matcher(text);
    int done = 0;
    while (done <= text.length() && member.find(done)) {
      boolean secret = isSecret(member.group(1));
      // The value's first quote may be the first of the next name.
      int next = secret ? end(text, member.end(), member.group(2).length()) : member.end() - 1;
      clean.append(text, done, secret ? member.end() : next);
      if (secret) {
        clean.append(REMOVED);
      }
      done = next;
    }
    return done == 0 ? text : clean.append(text, done, text.length()).toString();
  }

  /** Where a JSON string ends whose quotes have so many backslashes before them. */
  private static int end(String text, int from, int backslashes) {
    int before = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && (backslashes == 0 ? before % 2 == 0 : before <= backslashes)) {
        return i - (backslashes == 0 ? 0 : before);
      }
      before = c == '\\' ? before + 1 : 0;
    }
    return text.length();
  }

  /** Without what stands behind a secret's name, on its line or below it and farther in. */
  private static String withoutYaml(String text) {
    if (!isSecret(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder();
    int within = -1;
    for (String line : text.split("(?<=\n)", -1)) {
      int indent = line.length() - line.stripLeading().length();
      if (within >= 0 && (line.isBlank() || indent > within)) {
        continue;
      }
      within = -1;
      Matcher yaml = YAML.matcher(line);
      boolean secret =
          yaml.find()
              && isSecret(yaml.group(2))
              && !yaml.group(3).isBlank()
              && !(yaml.group(2).startsWith("\"") && "\"{[".indexOf(yaml.group(3).charAt(0)) >= 0);
      if (secret) {
        within = "|>".indexOf(yaml.group(3).charAt(0)) >= 0 ? yaml.group(1).length() : -1;
        String rest = line.substring(yaml.end());
        clean.append(line, 0, yaml.start(3)).append(REMOVED).append(rest);
      } else {
        clean.append(line);
      }
    }
    return clean.toString();
  }

  private static String assigned(MatchResult assigned) {
    return isSecret(assigned.group(1))
        ? Matcher.quoteReplacement(assigned.group(1) + "=" + REMOVED)
        : Matcher.quoteReplacement(assigned.group());
  }

  /** Characters of a token, without the JSON Web Token at their end: {@code eyJ….….…}. */
  private static String withoutJwt(MatchResult word) {
    String text = word.group();
    int begin = text.indexOf("eyJ");
    while (begin >= 0) {
      int dot = text.indexOf('.', begin);
      if (dot < 0) {
        break;
      }
      if (dot - begin >= 11 && text.length() - dot > 8) {
        return Matcher.quoteReplacement(text.substring(0, begin)) + REMOVED;
      }
      begin = text.indexOf("eyJ", dot);
    }
    return Matcher.quoteReplacement(text);
  }

  private static Map<String, Object> map(Map<?, ?> tree) {
    // No larger than it gets: a big cluster has very many of them.
    Map<String, Object> clean = LinkedHashMap.newLinkedHashMap(tree.size());
    // An environment variable says by its name what its value is.
    boolean secret =
        tree.get("name") instanceof String name
            && tree.get("value") instanceof String
            && isSecret(name);
    tree.forEach(
        (key, value) -> {
          String name = key.toString();
          if (LEFT_OUT.contains(name)) {
            return;
          }
          boolean hidden =
              (secret && name.equals("value")) || (value instanceof String && isSecret(name));
          clean.put(name, hidden ? REMOVED : value(value));
        });
    return clean;
  }

  private static Object value(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    if (value instanceof List<?> list) {
      List<Object> clean = new ArrayList<>(list.size());
      list.forEach(element -> clean.add(value(element)));
      return clean;
    }
    return value instanceof String text ? text(text) : value;
  }
}
