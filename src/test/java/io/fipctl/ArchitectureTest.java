package io.fipctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Data flows one way: which package may use which, and who speaks to the outside libraries. */
@AnalyzeClasses(packages = "io.fipctl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.fipctl";

  /** In a Mermaid drawing: a box {@code id["package: words"]}, and an arrow from box to box. */
  private static final Pattern BOX = Pattern.compile("(?m)^ +(\\w+)\\[\"([a-z.]+): [^\"]+\"]$");

  private static final Pattern ARROW = Pattern.compile("(?m)^ +(\\w+) --> (\\w+)$");

  /**
   * From top to bottom, which packages each one uses, without {@code io.fipctl.}; nothing else, and
   * only what is below it. docs/ARCHITECTURE.md draws what matters of it.
   */
  private static final SequencedMap<String, Set<String>> USES =
      Stream.of(
              uses("", "cli", "cli.session", "render", "lease", "kube.client", "model"),
              uses(
                  "cli",
                  "cli.tools",
                  "cli.diagnose",
                  "cli.address",
                  "cli.feature",
                  "cli.session",
                  "render",
                  "model"),
              uses(
                  "cli.tools",
                  "cli.session",
                  "render",
                  "lease",
                  "lab",
                  "lab.simulation",
                  "kube.client",
                  "kube.config",
                  "kube",
                  "model"),
              uses(
                  "cli.diagnose",
                  "cli.session",
                  "render",
                  "doctor.nat",
                  "doctor",
                  "doctor.check",
                  "feature",
                  "repair",
                  "change",
                  "change.step",
                  "lease",
                  "evidence",
                  "kube",
                  "node",
                  "model"),
              uses(
                  "cli.address",
                  "cli.session",
                  "render",
                  "doctor.nat",
                  "change",
                  "lease",
                  "evidence",
                  "calico",
                  "kube",
                  "node",
                  "model"),
              uses(
                  "cli.feature",
                  "cli.session",
                  "render",
                  "feature",
                  "change",
                  "change.step",
                  "lease",
                  "calico",
                  "model"),
              uses(
                  "cli.session",
                  "render",
                  "change",
                  "lease",
                  "lab",
                  "kube.config",
                  "kube",
                  "node",
                  "model"),
              uses(
                  "render",
                  "doctor.nat",
                  "doctor",
                  "doctor.check",
                  "repair",
                  "change",
                  "lease",
                  "evidence",
                  "calico",
                  "model"),
              uses(
                  "doctor.nat",
                  "doctor",
                  "doctor.check",
                  "evidence",
                  "packet",
                  "nodeoutput.rules",
                  "nodeoutput",
                  "model"),
              uses(
                  "doctor",
                  "doctor.check",
                  "evidence",
                  "packet",
                  "calico",
                  "kube",
                  "node",
                  "model"),
              uses(
                  "doctor.check",
                  "repair",
                  "lease",
                  "evidence",
                  "packet",
                  "calico",
                  "kube",
                  "node",
                  "nodeoutput.rules",
                  "nodeoutput",
                  "model"),
              uses("feature", "change.step", "calico", "kube", "model"),
              uses("repair", "change", "change.step", "lease", "calico", "kube", "node", "model"),
              uses("change", "change.step", "lease", "calico", "kube", "model"),
              uses(
                  "change.step",
                  "lease",
                  "packet",
                  "calico",
                  "kube",
                  "node",
                  "nodeoutput",
                  "model"),
              uses("lease", "calico", "kube", "model"),
              uses("evidence", "calico", "kube", "node", "nodeoutput", "model"),
              uses("packet", "nodeoutput.rules", "nodeoutput", "model"),
              uses("calico", "kube", "node", "nodeoutput", "model"),
              uses("lab", "lab.text", "lab.simulation", "kube.client", "kube", "node", "model"),
              uses("lab.text", "lab.simulation", "kube", "node", "model"),
              uses("lab.simulation", "kube", "model"),
              uses("kube.client", "kube.config", "kube", "node", "model"),
              uses("kube.config", "kube", "model"),
              uses("kube", "node", "model"),
              uses("node", "model"),
              uses("nodeoutput.rules", "nodeoutput", "model"),
              uses("nodeoutput", "model"),
              uses("model"),
              uses("launch"))
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));

  private static Map.Entry<String, Set<String>> uses(String name, String... others) {
    return Map.entry(name, Set.of(others));
  }

  private static final int MOST_FILES = 30;

  @ArchTest
  static void a_package_uses_what_it_is_said_to_use(JavaClasses classes) {
    SequencedMap<String, Set<String>> found = new LinkedHashMap<>();
    USES.keySet().forEach(name -> found.put(name, new TreeSet<>()));
    classes.stream()
        .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> inside(dependency.getTargetClass()))
        .forEach(
            dependency -> {
              String from = place(dependency.getOriginClass());
              String to = place(dependency.getTargetClass());
              if (!from.equals(to)) {
                found.computeIfAbsent(from, name -> new TreeSet<>()).add(to);
              }
            });
    assertThat(found).isEqualTo(USES);
  }

  @Test
  void packages_use_only_what_is_below_them() {
    List<String> order = List.copyOf(USES.keySet());
    USES.forEach(
        (name, used) ->
            assertThat(used)
                .as(name)
                .allSatisfy(
                    other -> assertThat(order.indexOf(other)).isGreaterThan(order.indexOf(name))));
  }

  /** Not every arrow, for nobody could read it, but every package and no arrow that is none. */
  @Test
  void the_page_draws_what_is_there() throws IOException {
    String page = Files.readString(Path.of("docs/ARCHITECTURE.md"));
    Map<String, String> names =
        BOX.matcher(page)
            .results()
            .collect(Collectors.toMap(box -> box.group(1), box -> box.group(2)));
    Set<String> drawn = new TreeSet<>(USES.keySet());
    drawn.removeAll(Set.of("", "launch"));
    assertThat(names.values()).containsExactlyInAnyOrderElementsOf(drawn);
    List<MatchResult> arrows = ARROW.matcher(page).results().toList();
    assertThat(arrows).hasSizeGreaterThan(names.size());
    assertThat(arrows)
        .allSatisfy(
            arrow ->
                assertThat(USES.get(names.get(arrow.group(1))))
                    .as(arrow.group())
                    .contains(names.get(arrow.group(2))));
  }

  @ArchTest
  static void every_package_has_its_place(JavaClasses classes) {
    assertThat(classes.stream().map(ArchitectureTest::place).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(USES.keySet());
  }

  @ArchTest
  static void no_package_is_larger_than_a_reader_can_hold(JavaClasses classes) {
    Map<String, Set<String>> files = new TreeMap<>();
    classes.stream()
        .filter(JavaClass::isTopLevelClass)
        .filter(one -> !one.getSimpleName().equals("package-info"))
        .forEach(
            one ->
                files
                    .computeIfAbsent(one.getPackageName(), name -> new TreeSet<>())
                    .add(one.getSimpleName()));
    files.forEach((name, names) -> assertThat(names).as(name).hasSizeLessThanOrEqualTo(MOST_FILES));
  }

  @ArchTest
  static void no_two_classes_share_a_name(JavaClasses classes) {
    Map<String, List<String>> byName =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(one -> !one.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    assertThat(byName.values()).allSatisfy(names -> assertThat(names).hasSize(1));
  }

  @ArchTest
  static final ArchRule only_the_client_speaks_fabric8 =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.fipctl.kube.client..", "io.fipctl.kube.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8.kubernetes..", "okhttp3..");

  @ArchTest
  static final ArchRule only_cli_speaks_picocli =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.fipctl.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule the_model_and_the_parsers_know_the_JDK_only =
      noClasses()
          .that()
          .resideInAnyPackage("io.fipctl.model..", "io.fipctl.nodeoutput..", "io.fipctl.packet..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..", "io.fipctl.model..", "io.fipctl.nodeoutput..", "io.fipctl.packet..");

  private static boolean inside(JavaClass one) {
    return one.getBaseComponentType().getPackageName().startsWith(ROOT);
  }

  private static String place(JavaClass one) {
    String name = one.getBaseComponentType().getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }
}
