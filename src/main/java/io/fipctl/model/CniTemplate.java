package io.fipctl.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The CNI network configuration that Calico's install-cni puts on every node, with the gate {@code
 * feature_control.floating_ips} of its calico plugin (cni-plugin/pkg/types/types.go).
 *
 * <p>The text is a template and no JSON: {@code "mtu": __CNI_MTU__} is filled in on the node
 * (cni-plugin/pkg/install/install.go). So it is never printed anew: an edit cuts one place of the
 * text, is read again, and stands only when nothing but the gate has changed.
 */
public final class CniTemplate {
  static final String CONTROL = "feature_control";
  static final String GATE = "floating_ips";

  private final String text;
  private final Object plain;
  private final Plugin plugin;
  private final Gate gate;
  private final List<Misplaced> misplaced;

  /** What the gate says: {@code literal} as it stands in the text, at a line counted from 1. */
  public record Gate(State state, String literal, int line) {
    /** Whether pods with floating IPs can be created. */
    public boolean isOn() {
      return state == State.ON;
    }

    /** Whether there is nothing to take out. */
    public boolean isOff() {
      return state == State.OFF || state == State.ABSENT;
    }
  }

  /** What Calico makes of the gate. */
  public enum State {
    /** {@code true}. */
    ON,
    /** {@code false}, or {@code null}, which Go's reader passes over. */
    OFF,
    /** Not there, which means off. */
    ABSENT,
    /** Of another type, such as {@code "true"}: no pod at all can be created on the node. */
    BROKEN
  }

  /** A gate where Calico does not look for it. */
  public record Misplaced(String path, int line) {}

  /** The object of type calico and the way to it: keys and indices. */
  private record Plugin(JsonText.Obj object, List<Object> path) {}

  private CniTemplate(String text, JsonText.Value root) {
    this.text = text;
    this.plain = JsonText.plain(root);
    this.plugin = onlyCalicoPlugin(root);
    this.gate = gateOf(plugin.object());
    this.misplaced = new ArrayList<>();
    collectMisplaced(root, new ArrayDeque<>());
  }

  /**
   * Reads a template, or a conflist as it lies on a node.
   *
   * @throws FipctlException exit 9, naming the line, when the text cannot be edited with certainty
   */
  public static CniTemplate parse(String text) {
    return new CniTemplate(text, TemplateText.read(text));
  }

  public String text() {
    return text;
  }

  public Gate gate() {
    return gate;
  }

  /** Gates that have no effect where they stand: in another plugin, or beside their place. */
  public List<Misplaced> misplaced() {
    return List.copyOf(misplaced);
  }

  /** The text with the gate on; every other character as it was. */
  public String enable() {
    if (gate.isOn()) {
      return text;
    }
    Optional<JsonText.Obj> control = control(plugin.object());
    String edited;
    if (control.isEmpty()) {
      edited = insert(plugin.object(), "\"" + CONTROL + "\": {\"" + GATE + "\": true}");
    } else if (control.get().member(GATE).isEmpty()) {
      edited = insert(control.get(), "\"" + GATE + "\": true");
    } else {
      JsonText.Value value = control.get().member(GATE).get().value();
      edited = splice(value.start(), value.end(), "true");
    }
    return checked(edited, Optional.of(true));
  }

  /**
   * The text without the gate; every other character as it was. A {@code feature_control} that
   * holds nothing else goes with it.
   */
  public String disable() {
    if (gate.isOff()) {
      return text;
    }
    JsonText.Obj control = control(plugin.object()).orElseThrow();
    return checked(
        control.members().size() == 1 ? cut(plugin.object(), CONTROL) : cut(control, GATE),
        Optional.empty());
  }

  /**
   * The text without the gate, and to the character what it was before {@link #enable} when nobody
   * has touched it since. A kept original is passed over when this text was not made from it,
   * because it is an old template then, and when no pod could be created with it.
   */
  public String disable(String keptOriginal) {
    try {
      CniTemplate original = parse(keptOriginal);
      if (original.gate().isOff() && original.enable().equals(text)) {
        return keptOriginal;
      }
    } catch (FipctlException e) {
      // What was kept is not readable: it says nothing about the present text.
      return disable();
    }
    return disable();
  }

  private Plugin onlyCalicoPlugin(JsonText.Value root) {
    List<Plugin> found = new ArrayList<>();
    collectConfig(root, List.of(), found);
    // Multus may have the whole configuration of the network that it calls first.
    elements(root, "delegates")
        .forEach((i, one) -> collectConfig(one, List.of("delegates", i), found));
    if (found.isEmpty()) {
      throw new FipctlException(
          ExitCode.UNSUPPORTED,
          "NoCalicoPlugin",
          "the CNI network config has no plugin of type calico",
          "fipctl status");
    }
    if (found.size() > 1) {
      throw TemplateText.refused(
          text,
          found.get(1).object().start(),
          "TwoCalicoPlugins",
          "a second plugin of type calico begins, and which one is meant is not certain");
    }
    return found.getFirst();
  }

  /** A plugin, or a list of them. */
  private static void collectConfig(JsonText.Value value, List<Object> path, List<Plugin> found) {
    collectCalico(value, path, found);
    elements(value, "plugins")
        .forEach((i, one) -> collectCalico(one, append(append(path, "plugins"), i), found));
  }

  /** The elements of an object's list by their index. */
  private static Map<Integer, JsonText.Value> elements(JsonText.Value value, String list) {
    Map<Integer, JsonText.Value> elements = new LinkedHashMap<>();
    if (value instanceof JsonText.Obj object
        && object.member(list).map(JsonText.Member::value).orElse(null)
            instanceof JsonText.Arr array) {
      array.elements().forEach(element -> elements.put(elements.size(), element));
    }
    return elements;
  }

  /** The object itself, or its delegate, as canal has it with etcd. */
  private static void collectCalico(JsonText.Value value, List<Object> path, List<Plugin> found) {
    if (!(value instanceof JsonText.Obj object)) {
      return;
    }
    if (isCalico(object)) {
      found.add(new Plugin(object, path));
    }
    if (object.member("delegate").map(JsonText.Member::value).orElse(null)
            instanceof JsonText.Obj delegate
        && isCalico(delegate)) {
      found.add(new Plugin(delegate, append(path, "delegate")));
    }
  }

  private static boolean isCalico(JsonText.Obj object) {
    return object.member("type").map(JsonText.Member::value).orElse(null)
            instanceof JsonText.Str type
        && type.text().equals("calico");
  }

  private Gate gateOf(JsonText.Obj calico) {
    Optional<JsonText.Member> member = control(calico).flatMap(control -> control.member(GATE));
    if (member.isEmpty()) {
      return new Gate(State.ABSENT, "", TemplateText.line(text, calico.start()));
    }
    JsonText.Value value = member.get().value();
    State state =
        switch (value) {
          case JsonText.Bool flag -> flag.isTrue() ? State.ON : State.OFF;
          case JsonText.Null nothing -> State.OFF;
          case JsonText.Str other -> State.BROKEN;
          case JsonText.Num other -> State.BROKEN;
          case JsonText.Arr other -> State.BROKEN;
          case JsonText.Obj other -> State.BROKEN;
        };
    return new Gate(
        state, text.substring(value.start(), value.end()), TemplateText.line(text, value.start()));
  }

  private Optional<JsonText.Obj> control(JsonText.Obj calico) {
    Optional<JsonText.Member> member = calico.member(CONTROL);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    if (member.get().value() instanceof JsonText.Obj control) {
      return Optional.of(control);
    }
    throw TemplateText.refused(
        text, member.get().start(), "FeatureControlNoObject", "\"" + CONTROL + "\" is no object");
  }

  /**
   * @param way the keys and indices so far; put together only for a find, because keys may be long
   */
  private void collectMisplaced(JsonText.Value value, Deque<String> way) {
    if (value instanceof JsonText.Arr array) {
      for (int i = 0; i < array.elements().size(); i++) {
        way.addLast("[" + i + "]");
        collectMisplaced(array.elements().get(i), way);
        way.removeLast();
      }
    } else if (value instanceof JsonText.Obj object) {
      boolean isPlugin = object.start() == plugin.object().start();
      for (JsonText.Member member : object.members()) {
        way.addLast(way.isEmpty() ? member.key() : "." + member.key());
        if (member.key().equals(GATE)) {
          misplaced.add(
              new Misplaced(String.join("", way), TemplateText.line(text, member.start())));
        } else if (!isPlugin || !member.key().equals(CONTROL)) {
          collectMisplaced(member.value(), way);
        }
        way.removeLast();
      }
    }
  }

  /** Puts a member before the first of an object, laid out like its neighbours. */
  private String insert(JsonText.Obj object, String member) {
    if (object.members().isEmpty()) {
      return splice(object.start() + 1, object.start() + 1, member);
    }
    int first = object.members().getFirst().start();
    String before = text.substring(object.start() + 1, first);
    String between = before;
    if (before.indexOf('\n') < 0) {
      between = object.members().size() < 2 ? " " : blanksBefore(object.members().get(1).start());
    }
    return splice(first, first, member + "," + between);
  }

  /** Takes a member out of an object that has others; each of those keeps its own layout. */
  private String cut(JsonText.Obj object, String key) {
    List<JsonText.Member> members = object.members();
    JsonText.Member member = object.member(key).orElseThrow();
    int index = members.indexOf(member);
    if (index > 0) {
      return splice(members.get(index - 1).value().end(), member.value().end(), "");
    }
    boolean onItsOwnLine = text.substring(object.start(), member.start()).indexOf('\n') >= 0;
    return onItsOwnLine
        ? splice(object.start() + 1, text.indexOf(',', member.value().end()) + 1, "")
        : splice(member.start(), members.get(1).start(), "");
  }

  private String blanksBefore(int offset) {
    int start = offset;
    while (start > 0 && " \t\r\n".indexOf(text.charAt(start - 1)) >= 0) {
      start--;
    }
    return text.substring(start, offset);
  }

  private String splice(int start, int end, String replacement) {
    return text.substring(0, start) + replacement + text.substring(end);
  }

  /** The edited text, when reading it again shows the wanted gate and nothing else changed. */
  private String checked(String edited, Optional<Boolean> wanted) {
    Object expected = withGate(plain, plugin.path(), wanted);
    if (!expected.equals(JsonText.plain(TemplateText.read(edited)))) {
      throw FipctlException.unsupported(
          "EditUnsure", "the edit of the CNI network config would change more than the gate");
    }
    return edited;
  }

  /** A copy of the values in which only the gate is different. */
  private static Object withGate(Object value, List<Object> path, Optional<Boolean> wanted) {
    if (!path.isEmpty()) {
      List<Object> rest = path.subList(1, path.size());
      if (value instanceof List<?> list) {
        List<Object> copy = new ArrayList<>(list);
        int index = (Integer) path.getFirst();
        copy.set(index, withGate(copy.get(index), rest, wanted));
        return copy;
      }
      Map<Object, Object> copy = new LinkedHashMap<>((Map<?, ?>) value);
      copy.computeIfPresent(path.getFirst(), (key, below) -> withGate(below, rest, wanted));
      return copy;
    }
    Map<Object, Object> calico = new LinkedHashMap<>((Map<?, ?>) value);
    Map<Object, Object> control =
        calico.get(CONTROL) instanceof Map<?, ?> map
            ? new LinkedHashMap<>(map)
            : new LinkedHashMap<>();
    control.remove(GATE);
    wanted.ifPresent(on -> control.put(GATE, on));
    calico.remove(CONTROL);
    if (!control.isEmpty()) {
      calico.put(CONTROL, control);
    }
    return calico;
  }

  private static List<Object> append(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }
}
