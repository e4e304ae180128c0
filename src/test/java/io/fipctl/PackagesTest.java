package io.fipctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Data flows one way: which package may use which, and who speaks to the outside libraries. */
@AnalyzeClasses(packages = "io.fipctl", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {
  @ArchTest
  static final ArchRule packages_use_only_what_is_below_them =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("main")
          .definedBy("io.fipctl")
          .layer("cli")
          .definedBy("io.fipctl.cli..")
          .layer("launch")
          .definedBy("io.fipctl.launch..")
          .layer("render")
          .definedBy("io.fipctl.render..")
          .layer("operation")
          .definedBy("io.fipctl.operation..")
          .layer("doctor")
          .definedBy("io.fipctl.doctor..")
          .layer("nat")
          .definedBy("io.fipctl.nat..")
          .layer("lab")
          .definedBy("io.fipctl.lab..")
          .layer("cluster")
          .definedBy("io.fipctl.cluster..")
          .layer("model")
          .definedBy("io.fipctl.model..")
          .whereLayer("cli")
          .mayOnlyAccessLayers("render", "operation", "doctor", "lab", "cluster", "model")
          .whereLayer("render")
          .mayOnlyAccessLayers("operation", "doctor", "model")
          .whereLayer("operation")
          .mayOnlyAccessLayers("nat", "cluster", "model")
          // One way: what both must judge is judged in operation.
          .whereLayer("doctor")
          .mayOnlyAccessLayers("operation", "nat", "cluster", "model")
          .whereLayer("nat")
          .mayOnlyAccessLayers("model")
          .whereLayer("lab")
          .mayOnlyAccessLayers("cluster", "model")
          .whereLayer("cluster")
          .mayOnlyAccessLayers("model")
          .whereLayer("launch")
          .mayNotAccessAnyLayer()
          .whereLayer("model")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule only_cluster_speaks_fabric8 =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.fipctl.cluster..")
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
          .resideInAnyPackage("io.fipctl.model..", "io.fipctl.nat..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java..", "io.fipctl.model..", "io.fipctl.nat..");
}
