package io.fipctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in {@code examples} do on the lab what they say. */
class ExamplesIT {
  @TempDir Path home;

  @BeforeEach
  void a_lab_with_both_gates_on() throws Exception {
    Path bin = Files.createDirectory(home.resolve("bin"));
    Path fipctl =
        Files.writeString(
            bin.resolve("fipctl"),
            "#!/bin/sh\nexec '%s' -jar '%s' \"$@\"\n"
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    System.getProperty("fipctl.jar")));
    Files.setPosixFilePermissions(fipctl, PosixFilePermissions.fromString("rwx------"));
    run("fipctl", "lab", "start");
    run("fipctl", "enable", "--yes");
  }

  @Test
  void ensure_brings_an_address_to_a_pod_whoever_had_it() throws Exception {
    run("examples/ensure.sh", "203.0.113.10", "shop/web-0");
    assertThat(run("fipctl", "owner", "203.0.113.10")).isEqualTo("shop/web-0\n");

    run("examples/ensure.sh", "203.0.113.10", "shop/web-1");
    assertThat(run("fipctl", "owner", "203.0.113.10")).isEqualTo("shop/web-1\n");

    assertThat(run("examples/ensure.sh", "203.0.113.10", "shop/web-1")).contains("unchanged");
  }

  @Test
  void evacuate_moves_every_address_of_a_node_and_no_other() throws Exception {
    run("fipctl", "assign", "shop/web-0", "203.0.113.10");
    run("fipctl", "assign", "shop/web-2", "203.0.113.11");
    run("fipctl", "assign", "shop/t1", "203.0.113.12");

    run("examples/evacuate.sh", "n1", "shop/web-1");

    assertThat(run("fipctl", "owner", "203.0.113.10")).isEqualTo("shop/web-1\n");
    assertThat(run("fipctl", "owner", "203.0.113.11")).isEqualTo("shop/web-1\n");
    assertThat(run("fipctl", "owner", "203.0.113.12")).isEqualTo("shop/t1\n");
  }

  /** Runs a command that must end well, and returns what it printed. */
  private String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(words));
    if (words[0].equals("fipctl")) {
      command.set(0, home.resolve("bin/fipctl").toString());
    }
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder.environment().put("FIPCTL_LAB", "1");
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(process.exitValue())
        .as("%s: %s%s", command, Files.readString(out, UTF_8), Files.readString(err, UTF_8))
        .isZero();
    return Files.readString(out, UTF_8);
  }
}
