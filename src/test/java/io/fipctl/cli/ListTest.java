package io.fipctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.lab.simulation.LabState;
import io.fipctl.model.ExitCode;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListTest {
  private final CliFixture runs = CliFixture.on(LabState.healthy());

  @Test
  void shows_who_has_what_in_all_namespaces() {
    assertThat(runs.ok("list", "-A"))
        .isEqualTo(
            """
            NAMESPACE   ADDRESS        POD     NODE   STATUS   AGE
            shop        203.0.113.10   web-0   n1     held     <unknown>
            shop        203.0.113.21   t1      n2     held     <unknown>
            shop        203.0.113.31   web-1   n2     held     <unknown>
            shop        203.0.113.32   web-1   n2     held     <unknown>
            """);
  }

  @Test
  void shows_one_namespace_by_default() {
    assertThat(runs.ok("ls", "-n", "shop", "--no-headers").lines()).hasSize(4);
    CliFixture.Result none = runs.run("list");
    assertThat(none.exitCode()).isZero();
    assertThat(none.out()).isEmpty();
    assertThat(none.err())
        .isEqualTo("No floating IPs found in namespace default (-A looks in all).\n");
    assertThat(runs.ok("list", "-o", "json")).contains("\"kind\" : \"FloatingIPList\"", "[ ]");
  }

  @Test
  void says_so_when_there_are_none_at_all() {
    CliFixture.Result none = CliFixture.on(LabState.fresh()).run("list", "-A");

    assertThat(none.out()).isEmpty();
    assertThat(none.err()).isEqualTo("No floating IPs found.\n");
    assertThat(CliFixture.on(LabState.fresh()).run("list", "-A", "-q").err()).isEmpty();
  }

  @Test
  void tells_more_when_wide() {
    assertThat(runs.ok("list", "-A", "-o", "wide"))
        .contains("POD-IP", "CONTROLLER")
        .containsPattern(
            "203\\.0\\.113\\.10 +web-0 +n1 +held +10\\.244\\.40\\.130 +<none> +<unknown>");
  }

  @Test
  void prints_addresses_alone_as_names() {
    assertThat(runs.ok("list", "-A", "-o", "name"))
        .isEqualTo("203.0.113.10\n203.0.113.21\n203.0.113.31\n203.0.113.32\n");
  }

  @Test
  void is_one_document_for_programs() {
    assertThat(runs.ok("list", "-A", "-o", "yaml"))
        .startsWith(
            "apiVersion: fipctl.io/v1\nkind: FloatingIPList\nitems:\n- address: 203.0.113.10")
        .contains("status: held", "podIP: 10.244.40.130", "survivesReplacement: true");
  }

  @Test
  void sorts_by_any_column_whatever_its_case() {
    assertThat(runs.ok("list", "-A", "--no-headers", "--sort-by", "pod").lines().map(ListTest::pod))
        .containsExactly("t1", "web-0", "web-1", "web-1");

    CliFixture.Result unknown = runs.run("list", "-A", "--sort-by", "colour");
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err())
        .contains("there is no column 'colour'", "NAMESPACE, ADDRESS, POD, NODE, STATUS, AGE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"203.0.113.10\"]     | 203\\.0\\.113\\.10 +web-2 +n1 +duplicate",
        "[\"203.0.113.40/32\"]  | 203\\.0\\.113\\.40/32 +web-2 +n1 +ignored",
        "[\"2001:db8::1\"]      | 2001:db8::1 +web-2 +n1 +ignored",
        "[\"web\"]              | web +web-2 +n1 +ignored",
        "203.0.113.40           | 203\\.0\\.113\\.40 +web-2 +n1 +malformed",
        "''                     | \"\" +web-2 +n1 +malformed"
      })
  void names_what_is_wrong_with_a_claim(String value, String row) {
    CliFixture bad = CliFixture.on(LabState.healthy().floatingIps("shop/web-2", value));

    assertThat(bad.ok("list", "-n", "shop")).containsPattern(row);
  }

  @Test
  void names_claims_of_pods_that_come_and_go() {
    CliFixture world =
        CliFixture.on(
            LabState.healthy()
                .terminating("shop/t1")
                .floatingIps("shop/migrate-x7k2p", "[\"203.0.113.50\"]")
                .notReady("n3")
                .withPod("shop/late", "n3")
                .floatingIps("shop/late", "[\"203.0.113.60\"]"));

    assertThat(world.ok("list", "-n", "shop"))
        .containsPattern("21 +t1 +n2 +terminating")
        .containsPattern("50 +migrate-x7k2p +n2 +leftover")
        .containsPattern("60 +late +n3 +pending");
  }

  @Test
  void sees_a_second_holder_in_another_namespace() {
    LabState state =
        LabState.healthy()
            .withPod("default/other", "n2", "10.244.217.90")
            .floatingIps("default/other", "[\"203.0.113.10\"]");

    assertThat(CliFixture.on(state).ok("list"))
        .containsPattern("203\\.0\\.113\\.10 +other +n2 +duplicate");
    assertThat(CliFixture.on(state).ok("list", "--verify"))
        .containsPattern("other +n2 +duplicate +dup");
  }

  @Test
  void verify_finds_what_the_nodes_do_as_claimed() {
    assertThat(runs.ok("list", "-A", "--verify"))
        .contains("DATAPLANE")
        .containsPattern("203\\.0\\.113\\.10 +web-0 +n1 +held +ok");
  }

  @Test
  void verify_finds_a_rule_that_is_missing() {
    runs.cluster().change(state -> state.ruleGone("n1", "203.0.113.10"));

    assertThat(runs.ok("list", "-A", "--verify")).containsPattern("10 +web-0 +n1 +held +missing");
  }

  @Test
  void verify_finds_a_rule_that_was_left_behind() {
    runs.cluster().change(state -> state.stuck("n1"));
    runs.cluster()
        .change(
            state ->
                state
                    .withoutFloatingIps("shop/web-0")
                    .floatingIps("shop/web-1", "[\"203.0.113.10\"]"));

    assertThat(runs.ok("list", "-A", "--verify")).containsPattern("10 +web-1 +n2 +held +stale");
  }

  @Test
  void verify_finds_that_two_nodes_rewrite_an_address() {
    runs.cluster().change(state -> state.floatingIps("shop/t1", "[\"203.0.113.10\"]"));

    assertThat(runs.ok("list", "-A", "--verify"))
        .containsPattern("web-0 +n1 +duplicate +duplicate")
        .containsPattern("t1 +n2 +duplicate +duplicate");
  }

  @Test
  void verify_claims_nothing_of_a_node_it_could_not_read() {
    CliFixture.Result result =
        CliFixture.on(LabState.healthy().calicoNodeDown("n1")).run("list", "-A", "--verify");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsPattern("10 +web-0 +n1 +held +unknown")
        .containsPattern("21 +t1 +n2 +held +unknown");
    assertThat(result.err().lines().filter(line -> line.startsWith("warning: node n1")))
        .as("said once")
        .hasSize(1);
    assertThat(
            CliFixture.on(LabState.healthy().calicoNodeDown("n1"))
                .ok("list", "-A", "--verify", "-o", "json"))
        .contains("\"dataplane\" : \"unknown\"");
  }

  @Test
  void a_watch_ends_when_nobody_reads_it_any_more() {
    Closing head = new Closing();

    CliFixture.Result result = runs.runInto(head, "list", "-A", "-w");

    assertThat(result.exitCode()).isZero();
    assertThat(head.text.toString()).startsWith("EVENT");
  }

  @Test
  void a_watch_prints_what_there_is_and_then_every_change() throws Exception {
    Lines lines = new Lines();
    Thread watching = watch(lines, "list", "-A", "-w");
    assertThat(lines.next()).matches("EVENT +NAMESPACE +ADDRESS .*");
    assertThat(List.of(lines.next(), lines.next(), lines.next(), lines.next()))
        .allMatch(line -> line.startsWith("ADDED"));

    CliFixture.annotate(runs.cluster(), "shop/web-2", "[\"203.0.113.40\"]");
    assertThat(lines.next()).matches("ADDED +shop +203\\.0\\.113\\.40 +web-2 +n1 +held .*");

    runs.cluster().change(state -> state.terminating("shop/web-2"));
    assertThat(lines.next()).matches("MODIFIED +shop +203\\.0\\.113\\.40 +web-2 +n1 +term.*");

    runs.cluster().change(state -> state.withoutPod("shop/web-2"));
    assertThat(lines.next()).matches("DELETED +shop +203\\.0\\.113\\.40 +web-2 .*");

    watching.interrupt();
    watching.join();
  }

  @Test
  void a_watch_for_programs_is_a_document_for_each_change() throws Exception {
    Lines lines = new Lines();
    Thread watching = watch(lines, "list", "-n", "shop", "-w", "-o", "yaml");

    assertThat(lines.next()).isEqualTo("---");
    assertThat(lines.next()).isEqualTo("apiVersion: fipctl.io/v1");
    assertThat(lines.next()).isEqualTo("kind: FloatingIPEvent");
    assertThat(lines.next()).isEqualTo("type: ADDED");

    watching.interrupt();
    watching.join();
  }

  private Thread watch(Lines lines, String... command) {
    FutureTask<CliFixture.Result> run = new FutureTask<>(() -> runs.runInto(lines, command));
    return Thread.ofVirtual().start(run);
  }

  private static String pod(String row) {
    return row.replaceFirst("shop +[0-9.]+ +", "").replaceFirst(" .*", "");
  }

  /** A reader that closes the pipe after its first line. */
  private static final class Closing extends Writer {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      if (text.indexOf("\n") >= 0) {
        throw new IOException("Broken pipe");
      }
      text.append(buffer, offset, length);
    }

    @Override
    public void flush() throws IOException {
      if (text.indexOf("\n") >= 0) {
        throw new IOException("Broken pipe");
      }
    }

    @Override
    public void close() {}
  }

  /** Hands out what is written line by line, as it comes. */
  private static final class Lines extends Writer {
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final List<String> begun = new ArrayList<>();

    @Override
    public void write(char[] buffer, int offset, int length) {
      begun.add(new String(buffer, offset, length));
    }

    @Override
    public void flush() {
      String.join("", begun).lines().forEach(whole::add);
      begun.clear();
    }

    @Override
    public void close() {}

    String next() throws InterruptedException {
      String line = whole.poll(20, TimeUnit.SECONDS);
      assertThat(line).as("a line in time").isNotNull();
      return line;
    }
  }
}
