#!/bin/bash
# The tests with packets: builds and starts a cluster with real nodes, runs src/e2e/java/…/nodes against the packaged
# program, and stops the cluster again. Arguments go to Maven: run.sh -Dit.test=MoveIT
# With FIPCTL_E2E_FAMILIES=dual the cluster is dual-stack, and the tests are those with the tag dual-stack; without,
# all others. FIPCTL_E2E_COUNTING=none leaves out those with the tag counting, which count lost packets and want the
# machine for themselves; =only runs them alone. With FIPCTL_E2E_KEEP=1 the cluster stays, and the next run takes it as it is.
set -euo pipefail
NODES_SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/common.sh
. "$NODES_SCRIPTS/../lib/common.sh"
# shellcheck source=../lib/results.sh
. "$E2E/lib/results.sh"
# shellcheck source=../lib/maven.sh
. "$E2E/lib/maven.sh"
case ${FIPCTL_E2E_FAMILIES:-ipv4}/${FIPCTL_E2E_COUNTING:-both} in
  ipv4/both) RUN=nodes TESTS=-DexcludedGroups=dual-stack ;;
  ipv4/none) RUN=nodes TESTS=-DexcludedGroups=dual-stack,counting ;;
  ipv4/only) RUN=counting TESTS=-Dgroups=counting ;;
  *) RUN=dual TESTS=-Dgroups=dual-stack ;;
esac
REPORTS=$OUTPUT/$RUN-reports
LOST=$OUTPUT/lost-packets.txt

finish() {
  local code=$?
  if [ $code -ne 0 ]; then
    "$NODES_SCRIPTS/cluster.sh" logs || true
    say "the cluster's logs are in $OUTPUT/logs/nodes"
  fi
  [ -n "${FIPCTL_E2E_KEEP:-}" ] || "$NODES_SCRIPTS/cluster.sh" down || code=1
  exit $code
}

need mvn
unless_built "$NODES_SCRIPTS/cluster.sh" build
# Without vet, which would look at all of Kubernetes first.
unless_built env -C "$E2E" CGO_ENABLED=0 go test -vet=off ./standin
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$REPORTS" "$LOST"
"$NODES_SCRIPTS/cluster.sh" up
code=0
maven_tests "-Dfipctl.e2e.reports=$REPORTS" '-Dfipctl.e2e.tests=io/fipctl/e2e/nodes/*IT.java' "$TESTS" "$@" || code=$?
read -r passed failed skipped <<<"$(results "$REPORTS")"
[ ! -e "$LOST" ] || cat "$LOST" >&2
say "$RUN: $passed passed, $failed failed, $skipped skipped"
[ $code -eq 0 ] || exit $code
skipped_as_expected "$REPORTS" "$E2E/skipped.txt" || die "not everything ran"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ] || die "not everything passed"
