# shellcheck shell=bash
# Sourced after common.sh: how Maven runs the end-to-end tests.

# The goals alone, without a build before them.
TEST_GOALS=(toolchains:select-jdk-toolchain@default failsafe:integration-test@default failsafe:verify@default)

# maven_tests ARGUMENT…: the tests that the arguments choose. With FIPCTL_E2E_BUILT=1 what `mvn -Pe2e -DskipITs verify`
# has made is taken as it is, so that two runs can go side by side in one checkout.
maven_tests() {
  if [ -n "${FIPCTL_E2E_BUILT:-}" ]; then
    (cd "$REPOSITORY" && mvn -B -ntp -Pe2e "-Dfipctl.e2e.output=$OUTPUT" "$@" "${TEST_GOALS[@]}") </dev/null
  else
    (cd "$REPOSITORY" && mvn -B -ntp -Pe2e "-Dfipctl.e2e.output=$OUTPUT" "$@" verify) </dev/null
  fi
}

# unless_built COMMAND…: a step of the build.
unless_built() { [ -n "${FIPCTL_E2E_BUILT:-}" ] || "$@"; }
