package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.kube.Cluster.WriteMode;
import io.fipctl.kube.Kind;
import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ApiObject;
import io.fipctl.model.ExitCode;
import io.fipctl.model.JsonPatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The clock here is an hour ahead of the cluster's, which shows 08:00; here it is 09:00. */
class OtherClocksTest {
  private static final String LEASE = "fip-203-0-113-10";

  private static CliFixture behind(LabState state, String time) {
    CliFixture runs = CliFixture.on(state);
    runs.cluster().faults().time(Instant.parse(time));
    return runs;
  }

  /** Of bob@desk:7, taken at 08:59:00 and last renewed at 08:59:30, with an open change. */
  private static LabState locked() {
    LabState state = LabState.healthy();
    return LeaseRecords.lease(
        LeaseRecords.namespace(state),
        LEASE,
        "bob@desk:7",
        LeaseRecords.annotations(
            state,
            "intent",
            "{\"action\":\"release\",\"by\":\"bob@desk:7\",\"from\":{\"namespace\":\"shop\",\"name\":"
                + "\"web-0\",\"uid\":\""
                + LeaseRecords.uid(state, "web-0")
                + "\"}}"));
  }

  @Test
  void a_lock_is_as_old_as_the_clusters_clock_says() {
    CliFixture runs = behind(locked(), "2026-01-05T08:59:40Z").later(Duration.ofHours(1));

    assertThat(runs.ok("lock", "list", "-o", "json")).contains("\"cutOff\" : false");
    assertThat(runs.ok("list", "-A")).doesNotContain("interrupted");
    for (String words : new String[] {"show 203.0.113.10", "status", "history 203.0.113.10"}) {
      assertThat(runs.run(words.split(" ")).err()).as(words).doesNotContain("was cut off");
    }
    runs.cluster().faults().time(Instant.parse("2026-01-05T08:59:50Z"));
    assertThat(runs.ok("lock", "list", "-o", "json")).contains("\"cutOff\" : true");
    assertThat(runs.ok("list", "-A")).contains("interrupted");
  }

  @Test
  void what_is_written_down_has_the_clusters_time() {
    CliFixture runs = behind(LabState.healthy(), "2026-01-05T08:00:00Z");

    runs.ok("move", "203.0.113.10", "shop/web-1");

    assertThat(lease(runs).text("spec", "renewTime")).contains("2026-01-05T08:00:00.000000Z");
    assertThat(runs.ok("history", "203.0.113.10")).contains("2026-01-05T08:00:00Z");
  }

  @Test
  void a_pod_is_not_Ready_for_as_long_as_the_clusters_clock_says() {
    String[] line = {"failover", "203.0.113.10", "-n", "shop", "--candidates", "app=web"};
    CliFixture runs = behind(LabState.healthy().ready("shop/web-0", false), "2026-01-05T08:00:30Z");
    JsonPatch since =
        JsonPatch.of(
            JsonPatch.add(
                List.of(
                    Map.of(
                        "type",
                        "Ready",
                        "status",
                        "False",
                        "lastTransitionTime",
                        "2026-01-05T08:00:00Z")),
                "status",
                "conditions"));
    runs.cluster().patch(Kind.PODS, "shop", "web-0", since, WriteMode.REAL);

    assertThat(runs.ok(line)).contains("unchanged");
    runs.cluster().faults().time(Instant.parse("2026-01-05T08:01:30Z"));
    assertThat(runs.ok(line)).contains("moved from pod/web-0");
  }

  @Test
  void cleanup_breaks_no_lock_that_is_young_by_the_clusters_clock() {
    CliFixture runs = behind(locked(), "2026-01-05T09:05:00Z").later(Duration.ofHours(1));

    assertThat(runs.run("cleanup", "--yes").err()).contains("nothing is left over");
    assertThat(lease(runs).text("spec", "holderIdentity")).contains("bob@desk:7");
  }

  /** Its holder's clock is hours behind: all that counts is that it is renewed. */
  @Test
  void cleanup_breaks_no_lock_that_is_renewed_while_it_looks_on() {
    CliFixture runs = behind(locked(), "2026-01-05T12:00:00Z");
    AtomicInteger seconds = new AtomicInteger();
    runs.whileWaiting(
        () ->
            LeaseRecords.renew(
                runs,
                LEASE,
                Instant.parse("2026-01-05T08:59:30Z").plusSeconds(seconds.incrementAndGet())));

    CliFixture.Result result = runs.run("cleanup", "--yes");

    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.err())
        .contains("waiting 15s to see whether a lock is renewed", "is in use and left alone");
    assertThat(lease(runs).text("spec", "holderIdentity")).contains("bob@desk:7");
    assertThat(seconds.get()).isEqualTo(1);
  }

  @Test
  void cleanup_breaks_one_that_nobody_renews() {
    CliFixture runs = behind(locked(), "2026-01-05T12:00:00Z");

    assertThat(runs.ok("cleanup", "--yes")).contains("203.0.113.10", "deleted");
    assertThat(lease(runs).text("spec", "holderIdentity")).contains("");
  }

  @Test
  void doctor_breaks_no_lock_that_is_renewed_while_it_looks_on() {
    CliFixture runs = behind(locked(), "2026-01-05T12:00:00Z");
    runs.cluster()
        .change(
            state ->
                LeaseRecords.lease(
                    state, LEASE, "bob@desk:7", Map.of("fipctl.io/address", "203.0.113.10")));
    AtomicInteger seconds = new AtomicInteger();
    runs.whileWaiting(
        () ->
            LeaseRecords.renew(
                runs,
                LEASE,
                Instant.parse("2026-01-05T08:59:30Z").plusSeconds(seconds.incrementAndGet())));

    CliFixture.Result result = runs.run("doctor", "--fix", "--yes");

    assertThat(seconds.get()).as(result.out() + result.err()).isPositive();
    assertThat(lease(runs).text("spec", "holderIdentity")).contains("bob@desk:7");
  }

  private static ApiObject lease(CliFixture runs) {
    return runs.cluster().get(Kind.LEASES, LeaseRecords.NAMESPACE, LEASE).orElseThrow();
  }
}
