#!/bin/bash
# A Kubernetes API server of one's own, on loopback: etcd from Debian, kube-apiserver and kubectl from the Go module
# that go.mod names. No kubelet, no controllers, no scheduler: nodes and pods are what somebody writes.
#
#   apiserver.sh build                   the programs, into target/e2e/bin
#   apiserver.sh up crd|v3|both [FLAG…]  start it, with the CRDs of these Calico groups and the objects of fixtures/;
#                                        each FLAG goes to kube-apiserver
#   apiserver.sh user NAME [FORMAT]      a user without any rights; prints the file of its kubeconfig. FORMAT of the
#                                        key: pkcs1 (as kubeadm), pkcs8, sec1 (elliptic curve, as k3s)
#   apiserver.sh reset                   everything that CRDs and fixtures/ describe is as after `up` again
#   apiserver.sh env                     what to eval in a shell to be its administrator
#   apiserver.sh status                  exit 0 when it answers
#   apiserver.sh down                    stop it and remove its state
#
# FIPCTL_E2E_STATE   where one server keeps all it has (target/e2e/state); several servers: several of these
# FIPCTL_E2E_PORT    the server's port (a free one)
# FIPCTL_E2E_SANS    more names for its certificate: IP:172.31.99.1,DNS:example
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/pki.sh
. "$E2E/lib/pki.sh"
# shellcheck source=lib/build.sh
. "$E2E/lib/build.sh"

KUBECTL=$BIN/kubectl
ADMIN=$STATE/admin.kubeconfig

# What tests write to; of Calico's kinds those that fixtures/ has or that fipctl makes.
RESET_KINDS=pods,nodes,daemonsets.apps,configmaps,services,leases.coordination.k8s.io,installations.operator.tigera.io
RESET_CALICO='bgpconfigurations bgpfilters bgppeers clusterinformations felixconfigurations ipamblocks ippools ipreservations'

kubectl() { "$KUBECTL" --kubeconfig "$ADMIN" "$@"; }

build() {
  build_tools kube-apiserver kubectl
  build_own peak
}

ready() { kubectl get --raw /readyz --request-timeout=2s; }

answers_or_died() { ! running etcd || ! running kube-apiserver || ready; }

up() {
  local groups=${1:-}
  case $groups in crd | v3 | both) shift ;; *) die "up: which Calico groups? crd, v3 or both" ;; esac
  need etcd openssl setsid base64
  [ -x "$BIN/kube-apiserver" ] && [ -x "$KUBECTL" ] || die "kube-apiserver is not built: ${0} build"
  if running kube-apiserver; then
    [ "$(cat "$STATE/groups")" = "$groups" ] || die "up with '$(cat "$STATE/groups")' already: $0 down"
    ready >/dev/null || die "runs and does not answer: $0 down"
    say "up already: $STATE"
    return
  fi
  down
  mkdir -p "$STATE"/{pki,log,run,users}
  chmod 700 "$STATE"
  printf '%s\n' "$groups" >"$STATE/groups"
  trap 'last_words etcd kube-apiserver load; stop kube-apiserver; stop etcd' EXIT
  make_authority
  certificate apiserver /CN=kube-apiserver \
    "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1${FIPCTL_E2E_SANS:+,$FIPCTL_E2E_SANS}"
  private_key "$STATE/pki/service-accounts.key" pkcs1
  certificate admin /O=system:masters/CN=admin
  local token port=${FIPCTL_E2E_PORT:-$(free_port)} clients peers
  token=$(openssl rand -hex 16)
  clients=http://127.0.0.1:$(free_port)
  peers=http://127.0.0.1:$(free_port)
  (umask 077; printf '%s,token-admin,1,"system:masters"\n' "$token" >"$STATE/pki/tokens.csv")
  certificate_user "$ADMIN" "https://127.0.0.1:$port" admin
  kubeconfig "$STATE/token.kubeconfig" "https://127.0.0.1:$port" "token: $token"

  # Tests make and lose clusters; whether the disk keeps them does not matter.
  start etcd etcd --name e2e --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level error \
    --listen-client-urls "$clients" --advertise-client-urls "$clients" \
    --listen-peer-urls "$peers" --initial-advertise-peer-urls "$peers" --initial-cluster "e2e=$peers"
  # ExternalDNS first: that is how the nodes of fixtures/ lead to a port where nobody listens, so that exec fails at
  # once and not after a connection's time limit. Real kubelets report no such address.
  start kube-apiserver "$BIN/kube-apiserver" --etcd-servers="$clients" \
    --bind-address=127.0.0.1 --secure-port="$port" --endpoint-reconciler-type=none \
    --tls-cert-file="$STATE/pki/apiserver.crt" --tls-private-key-file="$STATE/pki/apiserver.key" \
    --client-ca-file="$STATE/pki/ca.crt" --token-auth-file="$STATE/pki/tokens.csv" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.96.0.0/16 \
    --service-account-key-file="$STATE/pki/service-accounts.key" \
    --service-account-signing-key-file="$STATE/pki/service-accounts.key" \
    --kubelet-preferred-address-types=ExternalDNS,InternalIP --v=0 "$@"
  eventually "${FIPCTL_E2E_TIMEOUT:-90}" answers_or_died || die "kube-apiserver is not ready in time"
  ready >/dev/null || die "etcd or kube-apiserver ended while starting"
  load
  trap - EXIT
  say "up: $STATE (Calico groups: $groups; https://127.0.0.1:$port)"
}

# in_group crd|v3: the Calico objects on stdin, for this group.
in_group() {
  case $1 in
    crd) sed 's|^apiVersion: projectcalico.org/v3$|apiVersion: crd.projectcalico.org/v1|' ;;
    v3) cat ;;
  esac
}

load() {
  local group
  {
    for group in $(groups); do
      kubectl apply --server-side -f "$E2E/crds/$group.yaml"
      kubectl wait --for=condition=Established --timeout=30s -f "$E2E/crds/$group.yaml"
    done
    kubectl apply --server-side -f "$E2E/crds/operator.yaml"
    eventually 30 kubectl get namespace kube-system
    # A kind is served a moment after its CRD is Established.
    for group in $(groups); do
      eventually 30 calico "$group" apply --server-side || calico "$group" apply --server-side
    done
    kubectl apply --server-side --validate=strict -f "$E2E/fixtures/cluster.yaml"
    nodes strict
    pods create --validate=strict
    pods replace --subresource=status --validate=strict
    remember
  } >"$STATE/log/load.log" 2>&1
}

groups() { sed 's/both/crd v3/' "$STATE/groups"; }

# calico crd|v3 VERB…: with Calico's objects, in this group.
calico() {
  local group=$1 version='projectcalico.org\/v3'
  shift
  [ "$group" = v3 ] || version='crd.projectcalico.org\/v1'
  sed "s/^apiVersion: .*/apiVersion: $version/" "$E2E/fixtures/calico.yaml" | kubectl "$@" -f -
}

# pods VERB…: with the pods, of which those of calico-node belong to the DaemonSet that is there now.
pods() {
  local uid
  uid=$(kubectl get daemonset calico-node -n kube-system -o 'jsonpath={.metadata.uid}')
  sed "s/<its uid>/$uid/" "$E2E/fixtures/pods.yaml" | kubectl "$@" -f -
}

# nodes VALIDATE: made anew where they are there already.
nodes() {
  kubectl replace --force --grace-period=0 "--validate=$1" -f "$E2E/fixtures/nodes.yaml"
  # Admission taints every new node; nobody runs the controller that takes the taint away.
  kubectl taint nodes --all node.kubernetes.io/not-ready-
  kubectl replace --subresource=status "--validate=$1" -f "$E2E/fixtures/nodes.yaml"
}

# versions KIND[,KIND…]: each object of these kinds with what changes when anybody writes to it.
versions() {
  kubectl get "$1" --all-namespaces --no-headers --ignore-not-found -o \
    'custom-columns=:.kind,:.metadata.namespace,:.metadata.name,:.metadata.uid,:.metadata.resourceVersion' |
    # Its lease is what an API server renews by itself.
    awk '!($1 == "Lease" && $2 == "kube-system")' | sort
}

calico_kinds() {
  local group suffix kind
  for group in $(groups); do
    suffix=projectcalico.org
    [ "$group" = v3 ] || suffix=crd.projectcalico.org
    for kind in $RESET_CALICO; do
      printf ',%s.%s' "$kind" "$suffix"
    done
  done
}

# remember: what `reset` goes back to.
remember() { versions "$RESET_KINDS$(calico_kinds)" >"$STATE/versions"; }

# reset: everything that a test may have changed is as after `up` again; users and what they are allowed stay.
reset() {
  running kube-apiserver || die "not up: $STATE"
  trap 'last_words reset' EXIT
  local changed
  changed=$(comm -3 "$STATE/versions" <(versions "$RESET_KINDS$(calico_kinds)") | awk '{ print $1, $2, $3 }' | sort -u)
  if [ -n "$changed" ]; then
    take_back "$changed" >"$STATE/log/reset.log" 2>&1
    remember
  fi
  trap - EXIT
}

# take_back LINES: of the kind, namespace and name of what has changed; only what must be is made anew.
take_back() {
  local changed=$1 group namespace gone
  printf '%s\n' "$changed"
  if grep -qE '^(FelixConf|BGP|IP|Block|Cluster)' <<<"$changed"; then
    kubectl delete "$(calico_kinds | cut -c2-)" --all
    for group in $(groups); do
      calico "$group" apply --server-side --force-conflicts --validate=ignore
    done
  fi
  if grep -q '^Installation ' <<<"$changed"; then
    kubectl delete installations.operator.tigera.io --all
  fi
  if grep -q '^Lease ' <<<"$changed"; then
    kubectl delete leases --all -n fipctl-system
  fi
  if grep -qE '^(ConfigMap|Service) ' <<<"$changed"; then
    kubectl apply --server-side --force-conflicts --validate=ignore -f "$E2E/fixtures/cluster.yaml"
  fi
  if grep -qE '^(Node|DaemonSet) ' <<<"$changed"; then
    nodes ignore
    # Made anew, the DaemonSet has another UID, and its pods are to be its own.
    kubectl delete pods -n kube-system -l k8s-app=calico-node --force --grace-period=0 --ignore-not-found
    changed+=$'\nPod kube-system calico-node-n1'
  fi
  if grep -q '^Pod ' <<<"$changed"; then
    for namespace in $(awk '$1 == "Pod" { print $2 }' <<<"$changed" | sort -u); do
      mapfile -t gone < <(awk -v namespace="$namespace" '$1 == "Pod" && $2 == namespace { print $3 }' <<<"$changed")
      kubectl delete pods -n "$namespace" --force --grace-period=0 --ignore-not-found "${gone[@]}"
    done
    # The others are there, and stay as they are.
    pods create --validate=ignore || true
    pods replace --subresource=status --validate=ignore
  fi
}

user() {
  local name=${1:?user: which NAME?} server
  [[ $name =~ ^[a-z0-9-]+$ ]] || die "user: '$name' is not of the letters a-z, digits and '-'"
  running kube-apiserver || die "not up: $STATE"
  server=$(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}')
  certificate "user-$name" "/CN=$name" "" "${2:-pkcs1}"
  certificate_user "$STATE/users/$name" "$server" "user-$name"
  printf '%s\n' "$STATE/users/$name"
}

env_of_admin() {
  running kube-apiserver || die "not up: $STATE"
  printf 'export KUBECONFIG=%q PATH=%q:"$PATH"\n' "$ADMIN" "$BIN"
}

status() {
  running kube-apiserver || { say "down: $STATE"; return 1; }
  ready >/dev/null || { say "does not answer: $STATE"; last_words kube-apiserver; return 1; }
  say "up: $STATE (Calico groups: $(cat "$STATE/groups"))"
}

down() {
  [ -d "$STATE" ] || return 0
  # Only a directory that `up` made is ever removed.
  [ -e "$STATE/groups" ] || [ -z "$(ls -A "$STATE")" ] || die "$STATE is not a state directory of this script"
  stop kube-apiserver
  stop etcd
  rm -rf "$STATE"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  build | up | reset | user | status | down) "$command" "$@" ;;
  env) env_of_admin ;;
  *) sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
