package io.fipctl.cli.session;

import java.util.Optional;
import java.util.stream.Stream;

/** The CI job that a run is part of, so that whoever meets its lock finds the way there. */
final class CiJob {
  private CiJob() {}

  /** The address of the job's page, from the variables that CI systems set. */
  static Optional<String> address(Environment environment) {
    return Stream.of(
            "CI_JOB_URL",
            "BUILD_URL",
            "CIRCLE_BUILD_URL",
            "BUILDKITE_BUILD_URL",
            "TRAVIS_JOB_WEB_URL",
            "DRONE_BUILD_LINK")
        .flatMap(name -> environment.variable(name).stream())
        .findFirst()
        .or(() -> gitHub(environment));
  }

  private static Optional<String> gitHub(Environment environment) {
    return environment
        .variable("GITHUB_RUN_ID")
        .flatMap(
            run ->
                environment
                    .variable("GITHUB_REPOSITORY")
                    .map(
                        repository ->
                            "%s/%s/actions/runs/%s"
                                .formatted(
                                    environment
                                        .variable("GITHUB_SERVER_URL")
                                        .orElse("https://github.com"),
                                    repository,
                                    run)));
  }
}
