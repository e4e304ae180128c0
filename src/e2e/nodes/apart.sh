#!/bin/bash
# Runs a command apart from the rest of the machine, so that a cluster may be up inside although another one has its
# addresses already: with a network, mounts and processes of its own. When the command ends, everything ends that it
# has left running. There is no way out of this network, so Maven is to work offline:
#
#   apart.sh COMMAND…
#   apart.sh src/e2e/nodes/run.sh -o -Dit.test=MoveIT
#   apart.sh bash                                    # `cluster.sh up` and all the rest in there
#
# FIPCTL_E2E_NAME is another one inside for each call, as control groups are the whole machine's.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "${0##*/}: needs root, for network namespaces" >&2; exit 1; }
mkdir -p /run/netns
export FIPCTL_E2E_NAME=e2e-$$
exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc bash -c '
  mount -t tmpfs tmpfs /run/netns
  ip link set lo up
  exec "$@"' apart "$@"
