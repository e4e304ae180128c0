package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ShellCommandTest {
  @Test
  void names_and_addresses_stand_as_they_are() {
    assertThat(
            ShellCommand.of(
                "fipctl move %s --from %s --to %s   # if that one is to lose it",
                IpAddress.parse("2001:db8::10"),
                new PodRef("shop", "web-0"),
                new PodRef("shop", "web-1.example")))
        .isEqualTo(
            "fipctl move 2001:db8::10 --from shop/web-0 --to shop/web-1.example   # if that one is to lose it");
    assertThat(ShellCommand.of("kubectl get %s -n %s", "daemonset/calico-node", "kube-system"))
        .isEqualTo("kubectl get daemonset/calico-node -n kube-system");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x;reboot",
        "$(reboot)",
        "`reboot`",
        "a b",
        "--all",
        "-A",
        "UPPER",
        "web-",
        "",
        "a/b/c",
        "web\nreboot",
        "web\u202e0",
        "müller",
        "..",
        "../web",
        "'",
        "web%s"
      })
  void what_is_no_name_gets_no_command(String name) {
    assertThat(ShellCommand.of("kubectl delete pod -n shop %s", name)).isEqualTo(ShellCommand.NONE);
    assertThat(ShellCommand.of("fipctl show %s", new PodRef("shop", name)))
        .isEqualTo(ShellCommand.NONE);
    assertThat(ShellCommand.of("fipctl show %s", List.of(new PodRef("shop", "web"), name)))
        .isEqualTo(ShellCommand.NONE);
  }

  @Test
  void a_name_too_long_gets_no_command() {
    assertThat(ShellCommand.of("kubectl get node %s", "n".repeat(254)))
        .isEqualTo(ShellCommand.NONE);
    assertThat(ShellCommand.of("kubectl get node %s", "n".repeat(253)))
        .isNotEqualTo(ShellCommand.NONE);
  }

  @Test
  void what_stands_for_a_command_does_nothing_in_a_shell() throws Exception {
    assertThat(ShellCommand.NONE).startsWith("#");
    assertThat(run(ShellCommand.NONE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app=web",
        "app in (a,b),!c",
        "it's",
        "'; echo reboot; '",
        "$HOME `id` $(id) \"x\" \\ !! * ? ~ & | < > # {a,b}",
        ""
      })
  void any_other_text_is_one_word_of_a_shell(String text) throws Exception {
    assertThat(run("printf '[%%s]' %s", text)).isEqualTo("[" + text + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u001b[2J", "\u202eabc", "-rf", "\ud800"})
  void a_word_that_nobody_could_type_gets_no_command(String text) {
    assertThat(ShellCommand.of("kubectl get pods -l %s", ShellCommand.word(text)))
        .isEqualTo(ShellCommand.NONE);
  }

  @Test
  void a_script_is_one_word_whatever_is_in_it() throws Exception {
    ShellCommand.Part one = ShellCommand.part("printf %s", ShellCommand.word("it's; $x"));
    assertThat(
            run(
                ShellCommand.of(
                    "sh -c %s", ShellCommand.script(List.of(one, ShellCommand.part("echo"))))))
        .isEqualTo("it's; $x\n");
    assertThat(
            ShellCommand.of(
                "sh -c %s", ShellCommand.script(List.of(one, ShellCommand.part("x %s", ";")))))
        .isEqualTo(ShellCommand.NONE);
  }

  @Test
  void in_a_sentence_a_text_of_others_runs_nothing() throws Exception {
    assertThat(ShellCommand.quoted("deployment shop/web, then IPPool a"))
        .isEqualTo("deployment shop/web, then IPPool a");
    for (String text : List.of("x; echo ran", "$(echo ran)", "(echo ran)", "x | echo ran")) {
      assertThat(run("echo take " + ShellCommand.quoted(text) + " away"))
          .isEqualTo("take " + text + " away\n");
    }
    assertThat(ShellCommand.quoted("x\necho ran")).isEqualTo("(unprintable)");
  }

  @Test
  void no_command_of_the_sources_is_put_together_in_another_way() throws Exception {
    Pattern other =
        Pattern.compile(
            "\"(?:see )?(?:kubectl|fipctl) (?:[^\"\\\\]|\\\\.)*\"\\s*(?:\\.formatted\\(|\\+\\s*[a-z])");
    List<String> found = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source :
          sources.filter(file -> file.toString().matches("(?!.*/lab/).*[.]java")).toList()) {
        other
            .matcher(Files.readString(source))
            .results()
            .map(match -> source.getFileName() + ": " + match.group())
            .forEach(found::add);
      }
    }
    // What fipctl says of itself is no command.
    found.removeIf(it -> it.matches("(?s)(Version|Fipctl|VersionCommand|Failures|CniConfig).*"));
    found.removeIf(it -> it.startsWith("DoctorReportPrinter.java: \"fipctl doctor"));
    found.removeIf(it -> it.startsWith("NatRun.java: \"fipctl doctor"));
    assertThat(found).isEmpty();
  }

  private static String run(String template, String text) throws Exception {
    return run(ShellCommand.of(template, ShellCommand.word(text)));
  }

  private static String run(String line) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    shell.getOutputStream().close();
    return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
