package io.fipctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PodTargetTest {
  @ParameterizedTest
  @CsvSource({
    "web-0, Pod, '', web-0, web-0",
    "a.b-c.d, Pod, '', a.b-c.d, a.b-c.d",
    "pod/web-0, Pod, '', web-0, web-0",
    "po/web-0, Pod, '', web-0, web-0",
    "shop/web-0, Pod, shop, web-0, shop/web-0",
    "deployment/web, Deployment, '', web, deployment/web",
    "deploy/web, Deployment, '', web, deployment/web",
    "Deployments/web, Deployment, '', web, deployment/web",
    "statefulset/db, StatefulSet, '', db, statefulset/db",
    "sts/db, StatefulSet, '', db, statefulset/db"
  })
  void reads_every_way_to_name_a_pod(
      String text, String kind, String namespace, String name, String typed) {
    PodTarget target = PodTarget.parse(text);

    assertThat(target.kind()).isEqualTo(kind);
    assertThat(target.namespace().orElse("")).isEqualTo(namespace);
    assertThat(target.name()).isEqualTo(name);
    assertThat(target.typed()).isEqualTo(typed);
    assertThat(target.in("other").namespace()).contains("other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "shop/",
        "/web-0",
        "Web-0",
        "web_0",
        "a/b/c",
        "-web",
        "web-",
        "a.b/web-0"
      })
  void refuses_what_is_no_name(String text) {
    assertThatThrownBy(() -> PodTarget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' names no pod");
  }
}
