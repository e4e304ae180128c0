package io.fipctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Data flows one way: which package may use which, and who speaks to the outside libraries. */
@AnalyzeClasses(packages = "io.fipctl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.fipctl";

  /** From top to bottom, as docs/ARCHITECTURE.md draws them: a package uses only later ones. */
  private static final List<String> PACKAGES =
      List.of(
          "io.fipctl",
          "io.fipctl.cli",
          "io.fipctl.cli.tools",
          "io.fipctl.cli.diagnose",
          "io.fipctl.cli.address",
          "io.fipctl.cli.feature",
          "io.fipctl.cli.session",
          "io.fipctl.render",
          "io.fipctl.doctor.nat",
          "io.fipctl.doctor",
          "io.fipctl.doctor.check",
          "io.fipctl.feature",
          "io.fipctl.repair",
          "io.fipctl.change",
          "io.fipctl.change.step",
          "io.fipctl.lease",
          "io.fipctl.evidence",
          "io.fipctl.packet",
          "io.fipctl.calico",
          "io.fipctl.lab",
          "io.fipctl.lab.text",
          "io.fipctl.lab.simulation",
          "io.fipctl.kube.client",
          "io.fipctl.kube.config",
          "io.fipctl.kube",
          "io.fipctl.node",
          "io.fipctl.nodeoutput.rules",
          "io.fipctl.nodeoutput",
          "io.fipctl.model",
          "io.fipctl.launch");

  private static final int MOST_FILES = 30;

  @ArchTest
  static void a_package_uses_only_packages_below_it(JavaClasses classes) {
    Set<String> upward =
        classes.stream()
            .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
            .filter(ArchitectureTest::goesUp)
            .map(
                dependency ->
                    dependency.getOriginClass().getName()
                        + " uses "
                        + dependency.getTargetClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(upward).isEmpty();
  }

  @ArchTest
  static void every_package_has_its_place(JavaClasses classes) {
    assertThat(classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(PACKAGES);
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

  private static boolean goesUp(Dependency dependency) {
    String from = dependency.getOriginClass().getPackageName();
    String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
    return to.startsWith(ROOT) && !from.equals(to) && PACKAGES.indexOf(from) > PACKAGES.indexOf(to);
  }
}
