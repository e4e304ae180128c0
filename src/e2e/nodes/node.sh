#!/bin/bash
# A node's first process, in network, mount, process and host name spaces of its own: containerd and the kubelet.
# When it ends, or is killed, the kernel ends everything in the node and unmounts what it has mounted.
#   node.sh CONTROL-GROUP NAME ADDRESS DIRECTORY BIN IMAGES-DIRECTORY…
set -euo pipefail
group=$1 name=$2 address=$3 directory=$4 bin=$5
shift 5

hostname "$name"
# What every node has at the same place; the kubelet passes mounts on to pods and back.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/containerd /run/calico /run/lock
places=(/var/lib/containerd /var/lib/kubelet /var/lib/calico /var/lib/cni /var/log/calico /var/log/pods
  /var/log/containers /etc/cni/net.d /opt/cni/bin)
# A directory to mount on that the machine has not is made in this node only: the machine's own, removed by one
# cluster, would unmount it from another's nodes.
for place in "${places[@]}"; do
  parent=$place
  while [ ! -d "$parent" ]; do parent=$(dirname "$parent"); done
  if [ "$parent" != "$place" ] && [ ! -d "/run/over$parent" ]; then
    mkdir -p "/run/over$parent/"{upper,work}
    mount -t overlay overlay -o "lowerdir=$parent,upperdir=/run/over$parent/upper,workdir=/run/over$parent/work" "$parent"
  fi
  mkdir -p "$place"
done
for place in "${places[@]}"; do
  mkdir -p "$directory$place"
  mount --bind "$directory$place" "$place"
done

# /sys of this network namespace, with the machine's control groups.
mkdir -p /run/cgroup
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -R /run/cgroup
mount --make-rshared /
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "/sys/fs/cgroup/$group"
  tr ' ' '\n' </sys/fs/cgroup/cgroup.controllers | sed 's/^/+/' | while read -r controller; do
    echo "$controller" >"/sys/fs/cgroup/$group/cgroup.subtree_control" || true
  done
else
  for hierarchy in /sys/fs/cgroup/*/; do
    [ ! -e "$hierarchy/cgroup.procs" ] || [ -e "$hierarchy/cgroup.controllers" ] || mkdir -p "$hierarchy$group"
  done
  # A new group of this hierarchy takes no process before it has these.
  for setting in cpuset.cpus cpuset.mems; do
    cat "/sys/fs/cgroup/cpuset/$setting" >"/sys/fs/cgroup/cpuset/$group/$setting"
  done
fi

cat >"$directory/containerd.toml" <<C
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "fipctl.test/app:1"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    max_conf_num = 1
C
: >"$directory/resolv.conf"
cat >"$directory/kubelet.yaml" <<K
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ${address%%,*}
cgroupDriver: cgroupfs
cgroupRoot: /$group
failSwapOn: false
failCgroupV1: false
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $directory/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $directory/kubelet.crt
tlsPrivateKeyFile: $directory/kubelet.key
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: $directory/resolv.conf
enforceNodeAllocatable: []
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 10Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
makeIPTablesUtilChains: false
nodeStatusUpdateFrequency: 4s
syncFrequency: 10s
volumePluginDir: $directory/volume-plugins
K

containerd --config "$directory/containerd.toml" >"$directory/containerd.log" 2>&1 &
runtime=$!
for ((tries = 0; tries < 300; tries++)); do
  ! ctr version >/dev/null 2>&1 || break
  kill -0 "$runtime" || exit 1
  sleep 0.1
done
for images in "$@"; do
  for archive in "$images"/*.tar; do
    ctr -n k8s.io images import "$archive"
  done
done
# The kubelet's marks of the backend that its node uses, by which Felix takes the same one
# (felix/environment/feature_detect_linux.go). With makeIPTablesUtilChains it would make more, and the tests want tables
# with Calico's rules alone.
for tool in iptables-nft ip6tables-nft; do
  for chain in KUBE-IPTABLES-HINT KUBE-KUBELET-CANARY; do
    "$tool" -w -t mangle -n -L "$chain" >/dev/null 2>&1 || "$tool" -w -t mangle -N "$chain"
  done
done
"$bin/kubelet" --config="$directory/kubelet.yaml" --kubeconfig="$directory/kubeconfig" --cert-dir="$directory/pki" \
  --hostname-override="$name" --node-ip="$address" --v=2 >"$directory/kubelet.log" 2>&1 &
# Either of them ended: so does the node.
wait -n
