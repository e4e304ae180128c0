package io.fipctl.e2e.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.e2e.ProcessResult;
import io.fipctl.e2e.nodes.Nodes.Place;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code examples/failover-cron.yaml} does, with the rights of its service account only. */
final class FailoverIT {
  @RegisterExtension static final Nodes NODES = new Nodes();

  private static final String ADDRESS = "203.0.113.10";
  private static final String JOB = "failover-203-0-113-10";
  private static final String ACCOUNT = "system:serviceaccount:fipctl-system:fipctl-failover";

  @BeforeEach
  void the_examples_are_applied() {
    if (NODES.kubectl("get", "namespace", "fipctl-system").exitCode() != 0) {
      NODES.kubectl("create", "namespace", "fipctl-system").exits(0);
    }
    NODES
        .kubectl("apply", "-f", "examples/rbac.yaml", "-f", "examples/failover-cron.yaml")
        .exits(0);
    NODES
        .kubectl(
            "patch", "cronjob", JOB, "-n", "fipctl-system", "-p", "{\"spec\":{\"suspend\":true}}")
        .exits(0);
  }

  @AfterEach
  void they_are_gone() {
    NODES.kubectl("delete", "-f", "examples/failover-cron.yaml").exits(0);
  }

  @Test
  void an_address_whose_pod_is_gone_goes_to_a_ready_one_and_stays_there() {
    NODES.fipctl("assign", "web-0", ADDRESS).exits(0);

    job();
    assertThat(NODES.annotation("web-0")).contains("[\"" + ADDRESS + "\"]");

    NODES.kubectl("delete", "pod", "web-0", "-n", "shop", "--grace-period=0", "--force").exits(0);
    job();
    assertThat(NODES.annotation("web-1")).contains("[\"" + ADDRESS + "\"]");
    NODES.answers(Place.OUTSIDE, "udp", ADDRESS, "web-1");

    job();
    assertThat(NODES.annotation("web-1")).contains("[\"" + ADDRESS + "\"]");
  }

  /** Runs what the job's container would run, as its service account. */
  private static void job() {
    String path = "jsonpath={.spec.jobTemplate.spec.template.spec.containers[0].args[0]}";
    String script =
        NODES.kubectl("get", "cronjob", JOB, "-n", "fipctl-system", "-o", path).exits(0).out();
    List<String> commands = List.of(script.strip().split(" && "));
    assertThat(commands).hasSizeGreaterThan(1).allMatch(line -> line.startsWith("fipctl "));
    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.removeFirst();
      words.add("--as=" + ACCOUNT);
      ProcessResult ran = NODES.fipctl(words.toArray(String[]::new));
      assertThat(ran.exitCode()).as(ran.toString()).isZero();
    }
  }
}
