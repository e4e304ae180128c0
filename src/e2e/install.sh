#!/bin/bash
# Installs the Debian packages that the end-to-end tests lack; does nothing when they are all there.
# A JDK 25 and a Go of go.mod's version are not in every Debian: for those it says what is missing and fails.
set -euo pipefail

declare -A package=(
  [etcd]=etcd-server [etcdctl]=etcd-client [openssl]=openssl [mvn]=maven [git]=git [awk]=mawk
  [find]=findutils [setsid]=util-linux [base64]=coreutils [zsh]=zsh [fish]=fish
  [containerd]=containerd [runc]=runc [iptables-nft]=iptables [nft]=nftables [conntrack]=conntrack [ipset]=ipset
  [ip]=iproute2 [busybox]=busybox-static [bird]=bird2
)
missing=()
for command in "${!package[@]}"; do
  command -v "$command" >/dev/null || missing+=("${package[$command]}")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'not installed: %s (root on Debian would install them with: apt-get install %s)\n' \
      "${missing[*]}" "${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # etcd-server's own service is not wanted: the tests start etcd themselves.
  apt-get update -qq
  RUNLEVEL=1 apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null
fi

wanted=$(sed -n 's/^go //p' "$(dirname "${BASH_SOURCE[0]}")/go.mod")
found=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || found=
if [ "$(printf '%s\n' "$wanted" "${found#go}" | sort -V | head -n 1)" != "$wanted" ]; then
  printf 'Go %s or newer is needed, found: %s; kube-apiserver is built from its Go module (https://go.dev/dl)\n' \
    "$wanted" "${found:-none}" >&2
  exit 1
fi
