package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fipctl.model.CniTemplate.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniTemplateTest {
  private static final String MANIFEST =
      """
      {
        "name": "k8s-pod-network",
        "cniVersion": "0.3.1",
        "plugins": [
          {
            "type": "calico",
            "nodename": "__KUBERNETES_NODE_NAME__",
            "mtu": __CNI_MTU__,
            "ipam": {"type": "calico-ipam"},
            "policy": {"type": "k8s"}
          },
          {
            "type": "portmap",
            "capabilities": {"portMappings": true}
          }
        ]
      }""";

  @Test
  void enabling_adds_one_line_laid_out_like_its_neighbours() {
    assertThat(enabled(MANIFEST))
        .isEqualTo(
            MANIFEST.replace(
                "{\n      \"type\": \"calico\"",
                "{\n      \"feature_control\": {\"floating_ips\": true},\n      \"type\": \"calico\""));
  }

  @Test
  void keeps_windows_line_ends_and_tabs() {
    String windows = MANIFEST.replace("\n", "\r\n").replace("  ", "\t");

    assertThat(enabled(windows))
        .contains("\r\n\t\t\t\"feature_control\": {\"floating_ips\": true},\r\n\t\t\t\"type\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // One line, by its own spacing.
        "{'type':'calico','mtu':__CNI_MTU__} | {'feature_control': {'floating_ips': true},'type':'calico','mtu':__CNI_MTU__}",
        "{'type': 'calico', 'mtu': 1} | {'feature_control': {'floating_ips': true}, 'type': 'calico', 'mtu': 1}",
        "{ 'type': 'calico' } | { 'feature_control': {'floating_ips': true}, 'type': 'calico' }",
        // In plugins, in a delegate, in a plugin's delegate.
        "{'plugins':[{'type':'portmap'},{'type':'calico'}]} | {'plugins':[{'type':'portmap'},{'feature_control': {'floating_ips': true}, 'type':'calico'}]}",
        "{'type':'flannel','delegate':{'type':'calico'}} | {'type':'flannel','delegate':{'feature_control': {'floating_ips': true}, 'type':'calico'}}",
        "{'plugins':[{'type':'flannel','delegate':{'type':'calico'}}]} | {'plugins':[{'type':'flannel','delegate':{'feature_control': {'floating_ips': true}, 'type':'calico'}}]}",
        // feature_control is there.
        "{'type':'calico','feature_control':{}} | {'type':'calico','feature_control':{'floating_ips': true}}",
        "{'type':'calico','feature_control':{ }} | {'type':'calico','feature_control':{'floating_ips': true }}",
        "{'type':'calico','feature_control':{'ip_addrs_no_ipam': true}} | {'type':'calico','feature_control':{'floating_ips': true, 'ip_addrs_no_ipam': true}}",
        "{'type':'calico','feature_control':{'floating_ips':false}} | {'type':'calico','feature_control':{'floating_ips':true}}",
        "{'type':'calico','feature_control':{'floating_ips' : null, 'x': 1}} | {'type':'calico','feature_control':{'floating_ips' : true, 'x': 1}}",
        "{'type':'calico','feature_control':{'floating_ips':'true'}} | {'type':'calico','feature_control':{'floating_ips':true}}",
        "{'type':'calico','feature_control':{'floating_ips':1}} | {'type':'calico','feature_control':{'floating_ips':true}}",
        "{'type':'calico','feature_control':{'floating_ips':__ON__}} | {'type':'calico','feature_control':{'floating_ips':true}}",
        "{'type':'calico','feature_control':{'floating_ips':{'a':[1]}}} | {'type':'calico','feature_control':{'floating_ips':true}}",
        // A gate where it has no effect is left alone.
        "{'feature_control':{'floating_ips':true},'plugins':[{'type':'calico'}]} | {'feature_control':{'floating_ips':true},'plugins':[{'feature_control': {'floating_ips': true}, 'type':'calico'}]}",
        // Text that only looks like structure.
        "{'type':'calico','a':'{\\\"type\\\":\\\"calico\\\"} __X__ \\\\\\\\'} | {'feature_control': {'floating_ips': true},'type':'calico','a':'{\\\"type\\\":\\\"calico\\\"} __X__ \\\\\\\\'}",
        "{'type':'calico','größe':'é😀'} | {'feature_control': {'floating_ips': true},'type':'calico','größe':'é😀'}",
        // Nothing to do.
        "{'type':'calico','feature_control':{'floating_ips': true}} | {'type':'calico','feature_control':{'floating_ips': true}}"
      },
      quoteCharacter = '`')
  void enabling_changes_the_gate_and_not_one_other_character(String before, String after) {
    String original = json(before);

    assertThat(enabled(original)).isEqualTo(json(after));
    assertThat(CniTemplate.parse(json(after)).gate().isOn()).isTrue();
    State state = CniTemplate.parse(original).gate().state();
    if (state == State.ABSENT || state == State.OFF) {
      assertThat(CniTemplate.parse(json(after)).disable(original)).isEqualTo(original);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'feature_control': {'floating_ips': true}, 'type':'calico'} | {'type':'calico'}",
        "{'type':'calico', 'feature_control':{'floating_ips':true}} | {'type':'calico'}",
        "{'type':'calico', 'feature_control':{'floating_ips':true}, 'mtu': __CNI_MTU__} | {'type':'calico', 'mtu': __CNI_MTU__}",
        "{'type':'calico','feature_control':{'a': 1, 'floating_ips':true}} | {'type':'calico','feature_control':{'a': 1}}",
        "{'type':'calico','feature_control':{'floating_ips':true, 'a': 1}} | {'type':'calico','feature_control':{'a': 1}}",
        "{'type':'calico','feature_control':{'floating_ips':'true'}} | {'type':'calico'}",
        "{'type':'calico','feature_control':{'floating_ips':false}} | {'type':'calico','feature_control':{'floating_ips':false}}",
        "{'type':'calico','feature_control':{}} | {'type':'calico','feature_control':{}}",
        "{'type':'calico'} | {'type':'calico'}"
      },
      quoteCharacter = '`')
  void disabling_takes_out_a_gate_that_anyone_put_there(String before, String after) {
    assertThat(CniTemplate.parse(json(before)).disable()).isEqualTo(json(after));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\n  HERE\"type\": \"calico\",\n  \"mtu\": 1\n}",
        "{\n  \"type\": \"calico\",HERE\n  \"mtu\": 1\n}",
        "{\n  \"type\": \"calico\"HERE\n}",
        "{\r\n\tHERE\"type\": \"calico\",\r\n\t\"mtu\": 1\r\n}"
      })
  void the_other_lines_keep_their_layout_whatever_that_of_the_gate_was(String template) {
    String gate = "\"feature_control\": {\n\"floating_ips\": true }";
    String put =
        template.contains("HERE\"type")
            ? "        " + gate + " ,\n  "
            : template.contains(",HERE") ? "\n          " + gate + "," : ",\n          " + gate;
    String crlf = template.contains("\r") ? put.replace("\n", "\r\n").replace("  ", "\t") : put;

    assertThat(CniTemplate.parse(template.replace("HERE", crlf)).disable())
        .isEqualTo(template.replace("HERE", ""));
  }

  @Test
  void an_old_original_is_never_put_back() {
    String upgraded = enabled(MANIFEST.replace("0.3.1", "1.0.0"));

    assertThat(CniTemplate.parse(upgraded).disable(MANIFEST))
        .isEqualTo(MANIFEST.replace("0.3.1", "1.0.0"));
  }

  @Test
  void an_original_with_which_no_pod_starts_is_never_put_back() {
    String broken = json("{'type':'calico','feature_control':{'floating_ips':'true'}}");

    assertThat(CniTemplate.parse(enabled(broken)).disable(broken))
        .isEqualTo(json("{'type':'calico'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no JSON", "{'type':'calico','feature_control':{'floating_ips':true}}", "{}"})
  void a_kept_original_that_helps_nothing_is_passed_over(String kept) {
    assertThat(CniTemplate.parse(enabled(MANIFEST)).disable(json(kept))).isEqualTo(MANIFEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'calico'} | ABSENT | ''",
        "{'type':'calico','feature_control':{}} | ABSENT | ''",
        "{'type':'calico','feature_control':{'floating_ips':true}} | ON | true",
        "{'type':'calico','feature_control':{'floating_ips':false}} | OFF | false",
        "{'type':'calico','feature_control':{'floating_ips':null}} | OFF | null",
        "{'type':'calico','feature_control':{'floating_ips':`true`}} | BROKEN | `true`",
        "{'type':'calico','feature_control':{'floating_ips':1}} | BROKEN | 1",
        "{'type':'calico','feature_control':{'floating_ips':__X__}} | BROKEN | __X__",
        "{'type':'calico','feature_control':{'floating_ips':[true]}} | BROKEN | [true]",
        "{'feature_control':{'floating_ips':true},'plugins':[{'type':'calico'}]} | ABSENT | ''",
        "{'type':'calico','policy':{'feature_control':{'floating_ips':true}}} | ABSENT | ''"
      },
      quoteCharacter = '^')
  void knows_what_the_gate_says(String template, State state, String literal) {
    CniTemplate.Gate gate = CniTemplate.parse(json(template.replace('`', '\''))).gate();

    assertThat(gate.state()).isEqualTo(state);
    assertThat(gate.literal()).isEqualTo(json(literal.replace("''", "").replace('`', '\'')));
  }

  @Test
  void names_the_line_of_the_gate() {
    assertThat(CniTemplate.parse(enabled(MANIFEST)).gate().line()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'feature_control':{'floating_ips':true},'plugins':[{'type':'calico'}]} | feature_control.floating_ips",
        "{'plugins':[{'type':'calico'},{'type':'portmap','feature_control':{'floating_ips':true}}]} | plugins[1].feature_control.floating_ips",
        "{'type':'flannel','feature_control':{'floating_ips':true},'delegate':{'type':'calico'}} | feature_control.floating_ips",
        "{'type':'calico','floating_ips':true} | floating_ips",
        "{'plugins':[{'type':'calico','policy':{'floating_ips':true}}]} | plugins[0].policy.floating_ips"
      },
      quoteCharacter = '`')
  void finds_a_gate_in_the_wrong_place(String template, String path) {
    assertThat(CniTemplate.parse(json(template)).misplaced())
        .containsExactly(new CniTemplate.Misplaced(path, 1));
  }

  @Test
  void a_gate_in_its_place_is_not_misplaced() {
    assertThat(CniTemplate.parse(enabled(MANIFEST)).misplaced()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | NotReadable",
        "{'plugins':[ | NotReadable",
        "{'type':'calico' 'mtu':1} | NotReadable",
        "{'type':'calico','mtu':__cni_mtu__} | NotReadable",
        "{'type':'calico','mtu':__CNI_MTU__x} | NotReadable",
        "{'type':'calico',} | NotReadable",
        "{'type':'calico'} {} | NotReadable",
        "{'type':'calico' /* no JSON */} | NotReadable",
        "{'type':'calico,'mtu':1} | NotReadable",
        "\uFEFF{'type':'calico'} | NotReadable",
        "{__KEY__:1,'type':'calico'} | PlaceholderKey",
        "{'__KEY__':1,'type':'calico'} | PlaceholderKey",
        "{'type':'calico','mtu':1,'mtu':2} | DoubledKey",
        "{'type':'calico','feature_control':{'floating_ips':false,'floating_ips':true}} | DoubledKey",
        "{'type':'calico','Feature_Control':{'floating_ips':true}} | KeySpelling",
        "{'type':'calico','feature_control':{'Floating_IPs':true}} | KeySpelling",
        "{'plugins':[{'type':'calico'},{'type':'calico'}]} | TwoCalicoPlugins",
        "{'plugins':[{'type':'calico','delegate':{'type':'calico'}}]} | TwoCalicoPlugins",
        "{'type':'calico','plugins':[{'type':'calico'}]} | TwoCalicoPlugins",
        "{'type':'calico','feature_control':true} | FeatureControlNoObject",
        "{'type':'calico','feature_control':null} | FeatureControlNoObject",
        "{'type':'calico','feature_control':[]} | FeatureControlNoObject",
        "{'type':'calico','feature_control':__CONTROL__} | FeatureControlNoObject",
        "{'plugins':[{'type':'flannel'}]} | NoCalicoPlugin",
        "{'plugins':{'type':'calico'}} | NoCalicoPlugin",
        "{'plugins':['calico',null,[]]} | NoCalicoPlugin",
        "{'type':['calico']} | NoCalicoPlugin",
        "[{'type':'calico'}] | NoCalicoPlugin",
        "'calico' | NoCalicoPlugin",
        "{} | NoCalicoPlugin"
      },
      quoteCharacter = '`')
  void refuses_what_cannot_be_edited_with_certainty(String template, String reason) {
    FipctlException refusal = refusal(template.equals("''") ? "" : json(template));

    assertThat(refusal.exitCode()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @Test
  void a_refusal_shows_the_line() {
    assertThat(refusal(MANIFEST.replace("\"calico\",", "\"calico\"")))
        .hasMessageContaining("in line 7: \"nodename\": \"__KUBERNETES_NODE_NAME__\",");
    assertThat(refusal(MANIFEST.replace("\"ipam\"", "\"mtu\"").replace("\n", "\r\n")))
        .hasMessageContaining("\"mtu\" is there twice in line 9: \"mtu\": {\"type\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void any_template_comes_back_to_the_character(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 700; i++) {
      String template = new Generated(random).template();
      CniTemplate before = CniTemplate.parse(template);
      CniTemplate after = CniTemplate.parse(before.enable());

      assertThat(after.gate().isOn()).as(template).isTrue();
      assertThat(before.gate().isOn()).as(template).isFalse();
      if (before.gate().state() != State.BROKEN) {
        assertThat(after.disable(template)).isEqualTo(template);
      }
      assertThat(CniTemplate.parse(after.disable()).gate().isOn()).as(template).isFalse();
      assertThat(withoutTheGate(after.text())).isEqualTo(withoutTheGate(template));
      if (before.gate().state() == State.ABSENT && !template.contains("feature_control")) {
        assertThat(after.disable()).isEqualTo(template);
      }
    }
  }

  /** What is left of a generated template when every form of the gate is struck out. */
  private static String withoutTheGate(String template) {
    return template
        .replaceAll("\"floating_ips\"\\s*:\\s*(true|false|null|\"true\"|1)\\s*,?", "")
        .replaceAll("\"feature_control\"\\s*:\\s*\\{\\s*}\\s*,?", "")
        .replaceAll("\\s", "");
  }

  private static String enabled(String template) {
    return CniTemplate.parse(template).enable();
  }

  private static FipctlException refusal(String template) {
    return catchThrowableOfType(
        FipctlException.class,
        () -> {
          CniTemplate parsed = CniTemplate.parse(template);
          parsed.enable();
        });
  }

  private static String json(String quotedOnce) {
    return quotedOnce.replace('\'', '"');
  }

  /** Templates of every shape and layout, with the gate off in some way. */
  private record Generated(Random random) {
    String template() {
      String calico = object(members("\"type\": \"calico\""), true);
      return switch (random.nextInt(4)) {
        case 0 -> calico;
        case 1 ->
            object(List.of("\"plugins\": [" + blanks() + calico + "," + other() + "]"), false);
        case 2 -> object(List.of("\"type\": \"flannel\"", "\"delegate\": " + calico), false);
        default ->
            object(
                List.of(
                    "\"name\": \"x\"",
                    "\"plugins\": ["
                        + other()
                        + ","
                        + blanks()
                        + "{\"type\":\"flannel\", \"delegate\":"
                        + calico
                        + "}]"),
                false);
      };
    }

    private List<String> members(String type) {
      List<String> members = new ArrayList<>(List.of(type));
      List<String> more =
          List.of(
              "\"mtu\": __CNI_MTU__",
              "\"nodename\": \"__KUBERNETES_NODE_NAME__\"",
              "\"log\" : \"a \\\"quoted\\\" {,} text\\\\\"",
              "\"list\": [1, __A____B__, \"__C__\", {\"x\": null}]",
              "\"ipam\": {\"type\": \"calico-ipam\"}");
      for (String member : more) {
        if (random.nextBoolean()) {
          members.add(random.nextInt(members.size() + 1), member);
        }
      }
      if (random.nextBoolean()) {
        members.add(
            random.nextInt(members.size() + 1), "\"feature_control\":" + blanks() + control());
      }
      return members;
    }

    private String control() {
      List<String> gate =
          switch (random.nextInt(5)) {
            case 0 -> List.of("\"floating_ips\": false");
            case 1 -> List.of("\"floating_ips\" :null");
            case 2 -> List.of("\"floating_ips\":\"true\"");
            case 3 -> List.of("\"floating_ips\":1");
            default -> List.of();
          };
      List<String> members = new ArrayList<>(gate);
      if (random.nextBoolean()) {
        members.add(random.nextInt(members.size() + 1), "\"ip_addrs_no_ipam\": true");
      }
      return object(members, true);
    }

    private String other() {
      return blanks() + "{\"type\": \"portmap\", \"snat\": true}" + blanks();
    }

    private String object(List<String> members, boolean anyLayout) {
      String between = anyLayout ? blanks() : "\n  ";
      return "{" + between + String.join("," + between, members) + blanks() + "}";
    }

    private String blanks() {
      return List.of("", " ", "\n  ", "\r\n\t", "\n\n      ", "\t").get(random.nextInt(6));
    }
  }
}
