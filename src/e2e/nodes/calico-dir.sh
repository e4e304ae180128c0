#!/bin/bash
# Whether FIPCTL_E2E_CALICO works as nodes/README.md says: a cluster with a directory as somebody would bring it, with the
# stand-in inside, under another image's name, and BIRD outside. Nothing of it speaks BGP: packets are no part of this.
set -euo pipefail
NODES_SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/common.sh
. "$NODES_SCRIPTS/../lib/common.sh"
IMAGE=fipctl.test/brought:1
DIRECTORY=$OUTPUT/brought

finish() {
  local code=$?
  [ $code -eq 0 ] || "$NODES_SCRIPTS/cluster.sh" logs || true
  "$NODES_SCRIPTS/cluster.sh" down || code=1
  rm -rf "$DIRECTORY"
  exit $code
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$DIRECTORY"
mkdir -p "$DIRECTORY"/{images,archive}
[ -e "$OUTPUT/images/calico.tar" ] || die "no image of the stand-in: $NODES_SCRIPTS/cluster.sh up makes it"
tar -C "$DIRECTORY/archive" -xf "$OUTPUT/images/calico.tar"
sed -i "s|fipctl.test/calico:v3.31.7|$IMAGE|" "$DIRECTORY/archive/manifest.json"
tar -C "$DIRECTORY/archive" -cf "$DIRECTORY/images/brought.tar" .
# As upstream's manifest: the kinds, and none of Calico's own objects.
{
  cat "$E2E/crds/crd.yaml"
  printf -- '---\n'
  awk -v RS='---\n' -v ORS='---\n' '!/crd.projectcalico.org\/v1\nkind/' "$NODES_SCRIPTS/manifests/calico.yaml" |
    sed "s|fipctl.test/calico:v3.31.7|$IMAGE|"
} >"$DIRECTORY/calico.yaml"

export FIPCTL_E2E_CALICO=$DIRECTORY
"$NODES_SCRIPTS/cluster.sh" up
eval "$("$NODES_SCRIPTS/cluster.sh" env)"
images=$(kubectl get pods -n kube-system -l k8s-app=calico-node -o 'jsonpath={.items[*].spec.containers[*].image}')
[ "$images" = "$IMAGE $IMAGE $IMAGE" ] || die "calico-node runs $images"
kubectl get ippool floating >/dev/null
kubectl get bgppeer client-outside >/dev/null
birdc -s "$OUTPUT/nodes/bird.ctl" show protocols | grep -c 'BGP' | grep -qx 3 || die "BIRD outside has not the three nodes as neighbours"
say "FIPCTL_E2E_CALICO: passed"
