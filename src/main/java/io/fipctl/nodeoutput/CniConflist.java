package io.fipctl.nodeoutput;

import io.fipctl.model.ApiObject;
import io.fipctl.model.CniTemplate;
import io.fipctl.model.FipctlException;
import io.fipctl.model.JsonText;
import io.fipctl.model.TemplateRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The first file of a node's CNI directory, which is the one that the container runtime takes, and
 * what it makes of the gate {@code feature_control.floating_ips} (cni-plugin/pkg/types/types.go).
 */
public sealed interface CniConflist {
  /**
   * Calico's.
   *
   * @param misplaced gates that have no effect where they stand
   */
  record Calicos(String file, CniTemplate.Gate gate, List<CniTemplate.Misplaced> misplaced)
      implements CniConflist {
    public Calicos {
      misplaced = List.copyOf(misplaced);
    }
  }

  /** Not Calico's: the gate has no effect on this node. */
  record Foreign(String file) implements CniConflist {}

  /**
   * Of a plugin that calls others, such as Multus: which, this file does not say, so neither
   * whether Calico's is among them.
   */
  record CallsOthers(String file, String plugin) implements CniConflist {}

  /** There is no file, or nothing in it. */
  record Absent() implements CniConflist {}

  /**
   * It could not be read.
   *
   * @param reason the word that scripts compare, such as {@code DoubledKey}
   * @param why with its line but without the text of it, which may be a token
   */
  record Unreadable(String file, String reason, ParseProblem why) implements CniConflist {}

  /** The plugins that make no network themselves. */
  Set<String> CALLING = Set.of("multus", "multus-shim", "genie", "danm");

  /** What the file is called where nothing says its name. */
  String UNNAMED = "the first file of the CNI directory";

  /** Containers have the node's directories below {@code /host}, people do not. */
  private static String onNode(String path) {
    return path.startsWith("/host/") ? path.substring("/host".length()) : path;
  }

  /** Reads the text of the file; a first line {@code # NAME} in front of it says its name. */
  static CniConflist parse(String text) {
    boolean named = text.startsWith("# ");
    int end = named ? text.indexOf('\n') : -1;
    if (named && end < 0) {
      return new Absent();
    }
    String file = named ? onNode(text.substring(2, end).strip()) : UNNAMED;
    String json = text.substring(end + 1);
    int before = named ? 1 : 0;
    if (json.isBlank()) {
      return new Absent();
    }
    try {
      CniTemplate template = CniTemplate.parse(json);
      CniTemplate.Gate gate = template.gate();
      return new Calicos(
          file,
          new CniTemplate.Gate(gate.state(), gate.literal(), gate.line() + before),
          template.misplaced().stream()
              .map(one -> new CniTemplate.Misplaced(one.path(), one.line() + before))
              .toList());
    } catch (TemplateRefusedException e) {
      // What is wrong with text that is no JSON may quote it.
      String problem = e.reason().equals("NotReadable") ? "no JSON" : e.what();
      return new Unreadable(file, e.reason(), new ParseProblem(e.line() + before, "", problem));
    } catch (FipctlException e) {
      // The only other refusal: there is no plugin of type calico.
      return callsOthers(json)
          .<CniConflist>map(plugin -> new CallsOthers(file, plugin))
          .orElseGet(() -> new Foreign(file));
    }
  }

  /** The plugin that calls others, be it alone or the first of a list. */
  private static Optional<String> callsOthers(String json) {
    try {
      Object read = JsonText.plain(JsonText.parse(json));
      // The only word of JSON that is no value.
      if (read == null) {
        return Optional.empty();
      }
      ApiObject config = new ApiObject(Map.of("it", read)).object("it");
      return config
          .text("type")
          .or(() -> config.objects("plugins").stream().findFirst().flatMap(it -> it.text("type")))
          .filter(CALLING::contains);
    } catch (JsonText.SyntaxException e) {
      // A template with placeholders is Calico's own, and was read before.
      return Optional.empty();
    }
  }
}
