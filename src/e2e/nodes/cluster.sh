#!/bin/bash
# A Kubernetes cluster with real nodes on this machine, without a container engine of its own: etcd, API server,
# controller manager, scheduler, three kubelets each with a containerd in a network namespace, and a client outside.
#
#   cluster.sh build          the programs, into target/e2e/bin
#   cluster.sh up             start it, with Calico's stand-in, and wait until all nodes are Ready
#   cluster.sh client CMD…    run a command where the client outside is
#   cluster.sh node N CMD…    run a command in the network of node n1, n2 or n3
#   cluster.sh env            what to eval in a shell to be its administrator
#   cluster.sh logs           copy the logs to target/e2e/logs/nodes, where `down` leaves them
#   cluster.sh status         exit 0 when it answers and all nodes are Ready
#   cluster.sh down           stop it and remove everything that it has made; fails when anything stays
#   cluster.sh traces         what there is of it on this machine, except for its files; nothing after `down`
#
# FIPCTL_E2E_OUTPUT   where all that is kept (target/e2e)
# FIPCTL_E2E_NAME     begins the names of its network namespaces, links and control groups (fipctl-e2e); 12 letters
#                     at most. Two clusters have the same addresses all the same: see apart.sh
# FIPCTL_E2E_FAMILIES dual: nodes, pods and pools have IPv6 addresses as well (ipv4)
# FIPCTL_E2E_CALICO   a directory with calico.yaml and images/*.tar: a real Calico in the stand-in's place
# Needs root, and Debian's packages that ../install.sh names.
set -euo pipefail
NODES_SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib/common.sh
. "$NODES_SCRIPTS/../lib/common.sh"
STATE=$OUTPUT/nodes
# shellcheck source=../lib/pki.sh
. "$E2E/lib/pki.sh"
# shellcheck source=../lib/build.sh
. "$E2E/lib/build.sh"
# shellcheck source=image.sh
. "$NODES_SCRIPTS/image.sh"

ADMIN=$STATE/admin.kubeconfig
IMAGES=$OUTPUT/images
API=172.31.99.1
# The address of each node and its block of pod addresses: those of the recordings in src/test/resources/nodes.
declare -A ADDRESS=([n1]=172.31.99.11 [n2]=172.31.99.12 [n3]=172.31.99.13 [client]=172.31.99.2)
declare -A BLOCK=([n1]=10.244.40.128/26 [n2]=10.244.217.0/26 [n3]=10.244.92.64/26)
# In a dual-stack cluster these as well; a pod's ends with the digits that its IPv4 address ends with.
declare -A ADDRESS6=([n1]=fd00:31:99::11 [n2]=fd00:31:99::12 [n3]=fd00:31:99::13 [client]=fd00:31:99::2)
declare -A BLOCK6=([n1]=fd00:10:244:40::100/122 [n2]=fd00:10:244:217::/122 [n3]=fd00:10:244:92::40/122)
FAMILIES=${FIPCTL_E2E_FAMILIES:-ipv4}
case $FAMILIES in ipv4 | dual) ;; *) die "FIPCTL_E2E_FAMILIES '$FAMILIES': ipv4 or dual" ;; esac
NODES=(n1 n2 n3)
PROCESSES=(client-routes kubelet-n1 kubelet-n2 kubelet-n3 scheduler controllers kube-apiserver etcd)
# Of network namespaces, links, control groups, and of the bridge that joins the links.
NAME=${FIPCTL_E2E_NAME:-fipctl-e2e}
[[ $NAME =~ ^[a-z0-9-]{1,12}$ ]] || die "FIPCTL_E2E_NAME '$NAME': 1 to 12 of the letters a-z, digits and '-'"

dual() { [ "$FAMILIES" = dual ]; }

# link HOST: its end at the bridge; 15 letters are the most that a link's name may have.
link() { printf '%s-%s' "$NAME" "${1:0:2}"; }

kubectl() { "$BIN/kubectl" --kubeconfig "$ADMIN" "$@"; }

build() {
  build_tools kube-apiserver kubectl kube-controller-manager kube-scheduler kubelet
  build_own standin packets
}

ready() { kubectl get --raw /readyz --request-timeout=2s; }

answers_or_died() { ! running etcd || ! running kube-apiserver || ready; }

up() {
  [ "$(id -u)" -eq 0 ] || die "needs root, for network namespaces and containers"
  need etcd openssl setsid base64 containerd runc ctr nft ip conntrack busybox nsenter unshare
  local program
  for program in kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl standin packets; do
    [ -x "$BIN/$program" ] || die "$program is not built: $0 build"
  done
  if running kube-apiserver; then
    status
    return
  fi
  down
  # Its links and namespaces have the same names: what follows would take them for this one's.
  ! ip link show "$NAME" >/dev/null 2>&1 ||
    die "another checkout's cluster is up on this machine (link $NAME): end it with its own cluster.sh down"
  mkdir -p "$STATE"/{pki,log,run}
  chmod 700 "$STATE"
  touch "$STATE/of-cluster.sh"
  trap '[ $? -eq 0 ] || failed_up' EXIT
  make_network
  control_plane &
  local plane=$!
  images
  wait "$plane"
  local node
  # Before its kubelet does, so that each has the blocks that are wanted.
  for node in "${NODES[@]}"; do
    printf '{apiVersion: v1, kind: Node, metadata: {name: %s}, spec: {podCIDR: %s, podCIDRs: [%s]}}\n---\n' \
      "$node" "${BLOCK[$node]}" "${BLOCK[$node]}$(! dual || printf ',"%s"' "${BLOCK6[$node]}")"
  done | kubectl create -f - >"$STATE/log/load.log"
  for node in "${NODES[@]}"; do
    start_node "$node"
  done
  load
  eventually 120 nodes_ready || die "the nodes are not Ready in time"
  eventually 120 kubectl -n kube-system rollout status daemonset/calico-node --timeout=30s || die "calico-node does not run on each node in time"
  start_client
  trap - EXIT
  say "up: $STATE ($SECONDS s)"
}

failed_up() {
  # The control plane may still be starting.
  wait
  last_words "${PROCESSES[@]}" load
  logs
  say "the logs are in $OUTPUT/logs/nodes"
  down
}

# logs: what tells why something failed, where `down` does not take it away.
logs() {
  local to=$OUTPUT/logs/nodes node
  rm -rf "$to"
  mkdir -p "$to"
  cp "$STATE/log/"*.log "$to/" 2>/dev/null || true
  for node in "${NODES[@]}"; do
    cp "$STATE/$node/kubelet.log" "$to/$node-kubelet.log" 2>/dev/null || true
    cp "$STATE/$node/containerd.log" "$to/$node-containerd.log" 2>/dev/null || true
    cp -r "$STATE/$node/var/log/pods" "$to/$node-pods" 2>/dev/null || true
  done
  {
    kubectl --request-timeout=5s get nodes,pods -A -o wide
    kubectl --request-timeout=5s get events -A
    kubectl --request-timeout=5s describe pods -A
  } >"$to/objects.txt" 2>&1 || true
}

make_network() {
  local name
  ip link add "$NAME" type bridge
  ip addr add "$API/24" dev "$NAME"
  ip link set "$NAME" up
  for name in "${!ADDRESS[@]}"; do
    ip netns add "$NAME-$name"
    ip link add "$(link "$name")" type veth peer name eth0 netns "$NAME-$name"
    ip link set "$(link "$name")" master "$NAME" up
    ip -n "$NAME-$name" -batch - <<I
link set lo up
link set eth0 up
addr add ${ADDRESS[$name]}/24 dev eth0
route add default via $API
I
    if dual; then
      ip -n "$NAME-$name" addr add "${ADDRESS6[$name]}/64" dev eth0 nodad
    fi
    if [ "$name" = client ]; then
      # It stands for a router, and a router believes no redirects. In an exclusive move nobody has the address for a
      # moment; the old node sends a packet of that moment to its gateway, tells the sender to go there directly, and
      # a host keeps that for five minutes, longer than the route: other routes to that node share it.
      nsenter "--net=/run/netns/$NAME-client" bash -c '
        for scope in all default eth0; do
          echo 0 >/proc/sys/net/ipv4/conf/$scope/accept_redirects
          echo 0 >/proc/sys/net/ipv6/conf/$scope/accept_redirects
        done'
      continue
    fi
    # In kube-proxy's place: a table of its own, so that iptables' tables hold Calico's rules only.
    nsenter "--net=/run/netns/$NAME-$name" nft -f - <<N
table ip kubernetes-service {
  chain prerouting { type nat hook prerouting priority dstnat + 5; ip daddr 10.96.0.1 tcp dport 443 dnat to $API:6443; }
  chain output { type nat hook output priority -95; ip daddr 10.96.0.1 tcp dport 443 dnat to $API:6443; }
}
N
    nsenter "--net=/run/netns/$NAME-$name" bash -c '
      echo 1 >/proc/sys/net/ipv4/ip_forward
      echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
      echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
      echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'
  done
}

control_plane() {
  local name
  make_authority
  certificate apiserver /CN=kube-apiserver "DNS:localhost,DNS:kubernetes.default.svc,IP:10.96.0.1,IP:$API"
  private_key "$STATE/pki/service-accounts.key" pkcs1
  certificate admin /O=system:masters/CN=admin
  certificate kubelet-client /O=system:masters/CN=kubelet-client
  certificate controllers /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  for name in admin controllers scheduler; do
    certificate_user "$STATE/$name.kubeconfig" "https://$API:6443" "$name"
  done
  # Tests make and lose clusters; whether the disk keeps them does not matter.
  start etcd etcd --name e2e --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level error \
    --listen-client-urls "http://$API:2379" --advertise-client-urls "http://$API:2379" \
    --listen-peer-urls "http://$API:2380" --initial-advertise-peer-urls "http://$API:2380" --initial-cluster "e2e=http://$API:2380"
  start kube-apiserver "$BIN/kube-apiserver" --etcd-servers="http://$API:2379" \
    --bind-address="$API" --advertise-address="$API" --secure-port=6443 \
    --tls-cert-file="$STATE/pki/apiserver.crt" --tls-private-key-file="$STATE/pki/apiserver.key" \
    --client-ca-file="$STATE/pki/ca.crt" --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --allow-privileged=true --service-cluster-ip-range=10.96.0.0/16 \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$STATE/pki/service-accounts.key" \
    --service-account-signing-key-file="$STATE/pki/service-accounts.key" \
    --kubelet-client-certificate="$STATE/pki/kubelet-client.crt" --kubelet-client-key="$STATE/pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP --v=0
  eventually "${FIPCTL_E2E_TIMEOUT:-90}" answers_or_died || die "kube-apiserver is not ready in time"
  ready >/dev/null || die "etcd or kube-apiserver ended while starting"
  start controllers "$BIN/kube-controller-manager" --kubeconfig="$STATE/controllers.kubeconfig" \
    --authentication-kubeconfig="$STATE/controllers.kubeconfig" --authorization-kubeconfig="$STATE/controllers.kubeconfig" \
    --service-account-private-key-file="$STATE/pki/service-accounts.key" --root-ca-file="$STATE/pki/ca.crt" \
    --use-service-account-credentials --leader-elect=false --bind-address="$API" --cert-dir="$STATE/pki" \
    --node-monitor-period=2s --v=1
  start scheduler "$BIN/kube-scheduler" --kubeconfig="$STATE/scheduler.kubeconfig" \
    --authentication-kubeconfig="$STATE/scheduler.kubeconfig" --authorization-kubeconfig="$STATE/scheduler.kubeconfig" \
    --leader-elect=false --bind-address="$API" --cert-dir="$STATE/pki" --v=1
}

# images: once for each build of what is in them.
images() {
  local made=$IMAGES/of built
  built=$(cat "$BIN/standin" "$BIN/packets" "$NODES_SCRIPTS/image.sh" | sha256sum)
  [ "$(cat "$made" 2>/dev/null)" != "$built" ] || return 0
  make_images "$IMAGES"
  printf '%s\n' "$built" >"$made"
}

start_node() {
  local name=$1 directory=$STATE/$1
  mkdir -p "$directory"
  certificate "node-$name" "/O=system:nodes/CN=system:node:$name" "DNS:$name,IP:${ADDRESS[$name]}"
  cp "$STATE/pki/ca.crt" "$directory/ca.crt"
  cp "$STATE/pki/node-$name.crt" "$directory/kubelet.crt"
  cp "$STATE/pki/node-$name.key" "$directory/kubelet.key"
  certificate_user "$directory/kubeconfig" "https://$API:6443" "node-$name"
  # Not `ip netns exec`: it mounts a /sys without control groups.
  start "kubelet-$name" nsenter "--net=/run/netns/$NAME-$name" \
    unshare --mount --propagation private --uts --ipc --pid --fork --kill-child --mount-proc \
    "$NODES_SCRIPTS/node.sh" "$NAME-$name" "$name" "${ADDRESS[$name]}$(! dual || printf ',%s' "${ADDRESS6[$name]}")" "$directory" "$BIN" "$IMAGES" \
    ${FIPCTL_E2E_CALICO:+"$FIPCTL_E2E_CALICO/images"}
}

load() {
  local manifests=$NODES_SCRIPTS/manifests pools=(-f "$NODES_SCRIPTS/manifests/pools.yaml")
  # What the tests make when it is not there.
  cp "$manifests/shop.yaml" "$STATE/shop.yaml"
  cp "$manifests/calico.yaml" "$STATE/calico.yaml"
  if dual; then
    pools+=(-f "$manifests/pools-ipv6.yaml")
    sed -i -E "s/'\[\"10\.244\.([0-9]+)\.([0-9]+)\"\]'/'[\"10.244.\1.\2\",\"fd00:10:244:\1::\2\"]'/" "$STATE/shop.yaml"
    sed -i 's/\(FELIX_IPV6SUPPORT, value:\) "false"/\1 "true"/' "$STATE/calico.yaml"
  fi
  {
    if [ -n "${FIPCTL_E2E_CALICO:-}" ]; then
      kubectl apply --server-side -f "$FIPCTL_E2E_CALICO/calico.yaml"
      eventually 60 kubectl apply --server-side "${pools[@]}" -f "$manifests/client.yaml" || die "no IPPool or BGPPeer can be made"
    else
      kubectl apply --server-side -f "$E2E/crds/crd.yaml"
      kubectl wait --for=condition=Established --timeout=30s -f "$E2E/crds/crd.yaml"
      # A kind is served a moment after its CRD is Established.
      eventually 30 kubectl apply --server-side -f "$STATE/calico.yaml" "${pools[@]}" || die "Calico's objects cannot be made"
    fi
  } >>"$STATE/log/load.log" 2>&1
}

nodes_ready() { ! kubectl get nodes --no-headers --request-timeout=5s | grep -v ' Ready '; }

# The client outside learns routes from all nodes; with a real Calico, from BIRD by BGP.
start_client() {
  if [ -n "${FIPCTL_E2E_CALICO:-}" ]; then
    need bird
    {
      # Without `direct` a route whose next hop is on the same link counts as unreachable.
      printf 'log stderr all;\nrouter id %s;\nprotocol device {}\nprotocol kernel { ipv4 { import none; export all; }; merge paths on; }\n' "${ADDRESS[client]}"
      local node
      for node in "${NODES[@]}"; do
        printf 'protocol bgp %s { direct; local %s as 64512; neighbor %s as 64512; ipv4 { import all; export none; }; }\n' \
          "$node" "${ADDRESS[client]}" "${ADDRESS[$node]}"
      done
    } >"$STATE/bird.conf"
    start client-routes nsenter "--net=/run/netns/$NAME-client" bird -f -c "$STATE/bird.conf" -s "$STATE/bird.ctl"
  else
    start client-routes nsenter "--net=/run/netns/$NAME-client" \
      "$BIN/standin" -bird-outside "${ADDRESS[n1]}" "${ADDRESS[n2]}" "${ADDRESS[n3]}"
  fi
}

client() { nsenter "--net=/run/netns/$NAME-client" "$@"; }

node() {
  local name=${1:?node: which? n1, n2 or n3}
  shift
  nsenter "--net=/run/netns/$NAME-$name" "$@"
}

env_of_admin() {
  running kube-apiserver || die "not up: $STATE"
  printf 'export KUBECONFIG=%q PATH=%q:"$PATH"\n' "$ADMIN" "$BIN"
}

status() {
  running kube-apiserver || { say "down: $STATE"; return 1; }
  ready >/dev/null || { say "does not answer: $STATE"; last_words kube-apiserver; return 1; }
  nodes_ready || { say "not all nodes are Ready: $STATE"; return 1; }
  say "up: $STATE"
}

# remove_groups: the control groups of the nodes, empty now.
remove_groups() {
  local group
  find /sys/fs/cgroup -maxdepth 2 -type d -name "$NAME-n[0-9]" 2>/dev/null | while read -r group; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  [ -z "$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$NAME-n[0-9]")" ]
}

down() {
  [ -d "$STATE" ] || return 0
  # Only a directory that `up` made is ever removed, and only the links of that run.
  [ -e "$STATE/of-cluster.sh" ] || [ -z "$(ls -A "$STATE")" ] || die "$STATE is not a state directory of this script"
  local name
  for name in "${PROCESSES[@]}"; do
    stop "$name"
  done
  for name in "${!ADDRESS[@]}"; do
    ! ip link show "$(link "$name")" >/dev/null 2>&1 || ip link del "$(link "$name")"
    [ ! -e "/run/netns/$NAME-$name" ] || ip netns del "$NAME-$name"
  done
  ! ip link show "$NAME" >/dev/null 2>&1 || ip link del "$NAME"
  eventually 20 remove_groups || die "control groups of the nodes stay: is a process left in one?"
  # What ran in a node ends with its first process, a moment later.
  eventually 20 no_traces || die "these stay: $(traces)"
  rm -rf "$STATE"
}

no_traces() { [ -z "$(traces)" ]; }

# traces: whatever there is of this cluster on the machine, except for its files.
traces() {
  ip -o link show | grep -o " $NAME[-a-z0-9]*[@:]" || true
  find /run/netns -maxdepth 1 -name "$NAME-*" 2>/dev/null
  find /sys/fs/cgroup -maxdepth 2 -type d -name "$NAME-n[0-9]" 2>/dev/null
  grep -hF " $STATE/" /proc/[0-9]*/mountinfo 2>/dev/null | sort -u || true
  local process words
  for process in /proc/[0-9]*; do
    # One that ends meanwhile has no file any more: what the shell says of that must not be heard either.
    words=$(tr '\0' ' ' 2>/dev/null <"$process/cmdline" || true)
    [ "$process" = "/proc/$$" ] || [[ $words != *"$STATE/"* ]] || printf '%s %s\n' "$process" "$words"
  done
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  build | up | client | node | logs | status | down | traces) "$command" "$@" ;;
  env) env_of_admin ;;
  *) sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
