package io.fipctl.lab;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A label selector in the API's syntax: {@code a=b,c!=d,e in (f,g),h,!i}. */
final class Selector {
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "\\s*(?:(!?)\\s*([\\w./-]+)|([\\w./-]+)\\s*(==|=|!=)\\s*([\\w.-]*)"
              + "|([\\w./-]+)\\s+(in|notin)\\s*\\(([^)]*)\\))\\s*(,|$)");

  private Selector() {}

  static Predicate<Map<String, String>> parse(String text) {
    Predicate<Map<String, String>> all = labels -> true;
    Matcher matcher = REQUIREMENT.matcher(text);
    int end = 0;
    while (end < text.length()) {
      matcher.region(end, text.length());
      if (!matcher.lookingAt()) {
        throw new IllegalArgumentException("'" + text + "' is no label selector");
      }
      all = all.and(requirement(matcher));
      end = matcher.end();
    }
    return all;
  }

  private static Predicate<Map<String, String>> requirement(Matcher matcher) {
    if (matcher.group(2) != null) {
      String key = matcher.group(2);
      boolean wanted = matcher.group(1).isEmpty();
      return labels -> labels.containsKey(key) == wanted;
    }
    boolean isSet = matcher.group(6) != null;
    String key = isSet ? matcher.group(6) : matcher.group(3);
    List<String> values =
        isSet ? List.of(matcher.group(8).trim().split("\\s*,\\s*")) : List.of(matcher.group(5));
    boolean wanted = isSet ? matcher.group(7).equals("in") : !matcher.group(4).equals("!=");
    return labels -> (labels.containsKey(key) && values.contains(labels.get(key))) == wanted;
  }
}
