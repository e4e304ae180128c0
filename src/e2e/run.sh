#!/bin/bash
# The end-to-end tests: builds the API server, starts one for each set-up of Calico's groups, runs src/e2e/java against
# the packaged program, and stops the servers again. Arguments go to Maven: run.sh -Dit.test=AssignIT
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/results.sh
. "$E2E/lib/results.sh"
# shellcheck source=lib/maven.sh
. "$E2E/lib/maven.sh"

SET_UPS=(crd v3 both scale)
REPORTS=$OUTPUT/reports
SCALE=$OUTPUT/scale.txt

server() { FIPCTL_E2E_STATE=$OUTPUT/$1 "$E2E/apiserver.sh" "${@:2}"; }

finish() {
  local code=$? set_up
  for set_up in "${SET_UPS[@]}"; do
    if [ $code -ne 0 ] && [ -d "$OUTPUT/$set_up/log" ]; then
      mkdir -p "$OUTPUT/logs/$set_up"
      cp "$OUTPUT/$set_up/log/"*.log "$OUTPUT/logs/$set_up/" || true
    fi
    server "$set_up" down || code=1
  done
  [ $code -eq 0 ] || say "the servers' logs are in $OUTPUT/logs"
  exit $code
}

need mvn
unless_built "$E2E/apiserver.sh" build
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# What was kept of another build's starts would be of no use to this one, and stay so.
rm -rf "$REPORTS" "$SCALE" "$OUTPUT/logs"
unless_built rm -f "$OUTPUT/fipctl.jsa"
for set_up in "${SET_UPS[@]}"; do
  # The one of many objects has the first's groups.
  server "$set_up" up "${set_up/scale/crd}"
done
code=0
maven_tests "$@" || code=$?
read -r passed failed skipped <<<"$(results "$REPORTS")"
[ ! -e "$SCALE" ] || cat "$SCALE" >&2
say "end-to-end: $passed passed, $failed failed, $skipped skipped"
[ $code -eq 0 ] || exit $code
"$E2E/completion.sh"
skipped_as_expected "$REPORTS" "$E2E/skipped.txt" || die "not everything ran"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ] || die "not everything passed"
