package io.fipctl.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fipctl.model.ApiObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RedactionTest {
  private static final String JWT =
      "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"k8s_auth_token\": \"S3CR3T\", \"type\": \"calico\"}",
        "{\"password\":\"S3CR3T \\\" S3CR3T\",\"type\":\"calico\"}",
        "{\"config\":\"{\\\"etcd_key\\\":\\\"S3CR3T\\\",\\\"type\\\":\\\"calico\\\"}\"}",
        "users:\n- name: a\n  user:\n    token: S3CR3T\n    type: calico\n",
        "client-key-data: S3CR3T\ntype: calico\n",
        "password: 'S3CR3T S3CR3T'\ntype: calico",
        "etcd-key: |\n  S3CR3T\n\n  S3CR3T\ntype: calico\n",
        "- secret: >-\n    S3CR3T\n  type: calico\n",
        "etcd_endpoints: https://root:S3CR3T@10.0.0.1:2379,https://a:S3CR3T@e2:2379 type: calico",
        "HTTPS_PROXY=http://me:S3CR3T@proxy:3128 type calico",
        "\"etcd_endpoints\": \"https://S3CR3T@10.0.0.1:2379\", type calico",
        "Authorization: Bearer S3CR3T-S3CR3T\ntype: calico",
        "--etcd-password=S3CR3T --type=calico",
        "SOME_TOKEN=\"S3CR3T S3CR3T\" type calico",
        "calico type -----BEGIN RSA PRIVATE KEY-----\nS3CR3T\n-----END RSA PRIVATE KEY-----\n",
        "calico type -----BEGIN EC PRIVATE KEY-----\nS3CR3T\nS3CR3T",
        "type calico eyJhbGciOiJSUzI1NiJ9.S3CR3TS3CR3T.S3CR3T"
      })
  void a_secret_is_taken_out_and_nothing_else(String text) {
    assertThat(Redaction.text(text))
        .doesNotContain("S3CR3T")
        .contains("type", "calico", "(removed)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-A cali-PREROUTING -m comment --comment \"cali:r6XmIziWUJsdOK6Z\" -j cali-fip-dnat",
        "203.0.113.10 dev cali0ef24b07a2f scope link",
        "{\"name\": \"etcd_endpoints\", \"valueFrom\": {\"key\": \"etcd_endpoints\"}}",
        "etcd_endpoints: http://10.0.0.1:2379",
        "tcp 6 86399 ESTABLISHED src=10.0.0.1 dst=203.0.113.10 sport=1 dport=2 mark=0 use=1",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "a mail to a@b.example, and eyJ alone",
        "{\"cniVersion\": \"0.3.1\", \"plugins\": [{\"type\": \"calico\"}]}"
      })
  void what_is_no_secret_stays(String text) {
    assertThat(Redaction.text(text)).isEqualTo(text);
  }

  @Test
  void JSON_stays_JSON() {
    assertThat(Redaction.text("{\"token\": \"a\\\\\", \"b\": \"c\", \"key\": \"" + JWT + "\"}"))
        .isEqualTo("{\"token\": \"(removed)\", \"b\": \"c\", \"key\": \"(removed)\"}");
  }

  @Test
  void objects_lose_the_values_of_secret_names_and_what_is_in_their_texts() {
    ApiObject clean =
        Redaction.object(
            new ApiObject(
                Map.of(
                    "env",
                    List.of(
                        Map.of("name", "ETCD_PASSWORD", "value", "S3CR3T"),
                        Map.of("name", "HTTP_PROXY", "value", "http://u:S3CR3T@p:1")),
                    "data",
                    Map.of("etcd-key", "S3CR3T", "c.yaml", "a:\n  token: S3CR3T\n"),
                    "args",
                    List.of("--token=S3CR3T"))));

    assertThat(clean.tree().toString())
        .doesNotContain("S3CR3T")
        .contains("http://(removed)@p:1", "--token=(removed)");
  }

  /**
   * Texts that somebody may have chosen so that each place begins a search to the end. A search
   * that grew with the square of their length would take many minutes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "eyJ",
        "eyJeyJeyJey ",
        "eyJaaaaaaaa.",
        "token",
        "\"token",
        "\"token\"",
        "\"token\":",
        "\"token\":\"",
        "\\\"token\\\":\\\"",
        "\\",
        "bearer ",
        "bearer  \n",
        "token:",
        "token: |\n",
        "  token: |\n ",
        "- ",
        " ",
        "a=",
        "token=\"",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY----------END ",
        "://",
        "://a@",
        "a:b@",
        "token-"
      })
  void the_work_grows_with_the_length_only(String piece) {
    String text = piece.repeat(400_000 / piece.length());

    assertThat(Redaction.text(text)).isNotNull();
    assertThat(Redaction.text("token" + text)).isNotNull();
  }
}
