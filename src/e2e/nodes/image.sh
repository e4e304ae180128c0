# shellcheck shell=bash
# Sourced after lib/common.sh: makes container images of programs of this machine, without a builder or a registry.

# copy_programs ROOT PROGRAM…: each program with its libraries, and the links that lead to it.
copy_programs() {
  local root=$1 program path
  shift
  for program in "$@"; do
    path=$(type -P "$program") || die "not on this machine: $program (src/e2e/install.sh installs what Debian has)"
    mkdir -p "$root/usr/sbin" "$root/usr/bin"
    copy_with_libraries "$root" "$path" "/usr/bin/$program"
  done
}

# copy_with_libraries ROOT FILE DESTINATION: the file that FILE leads to.
copy_with_libraries() {
  local library
  mkdir -p "$1$(dirname "$3")"
  cp -L "$2" "$1$3"
  { ldd "$2" 2>/dev/null || true; } | sed -nE 's#.*[[:space:]](/[^ ]+\.so[^ ]*).*#\1#p' | while read -r library; do
    [ -e "$1$library" ] || install -D "$(readlink -f "$library")" "$1$library"
  done
}

# make_image NAME ROOT FILE ENTRYPOINT: a docker archive with the one layer ROOT.
make_image() {
  local work
  work=$(mktemp -d "$STATE/image.XXXXXX")
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$2" -cf "$work/layer.tar" .
  printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["%s"],"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(go env GOARCH)" "$4" "$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)" >"$work/config.json"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$1" >"$work/manifest.json"
  tar -C "$work" -cf "$3.new" manifest.json config.json layer.tar
  mv "$3.new" "$3"
  rm -r "$work"
}

# make_images DIRECTORY: everything that the pods of this cluster run.
make_images() {
  local root program applet
  mkdir -p "$1"
  root=$(mktemp -d "$STATE/root.XXXXXX")

  # The sandbox's own process, and the application: a shell and the packets.
  mkdir -p "$root/bin" "$root/tmp" "$root/etc"
  cp "$BIN/packets" "$(type -P busybox)" "$root/bin/"
  for applet in $(busybox --list); do
    # busybox --list names busybox as well: a link onto itself would destroy it.
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  make_image fipctl.test/app:1 "$root" "$1/app.tar" /bin/packets

  rm -r "$root"
  mkdir -p "$root/bin" "$root/tmp" "$root/etc" "$root/run" "$root/opt/cni/bin" "$root/sbin"
  # What Calico's image keeps (node/clean-up-filesystem.sh) and fipctl's scripts use; no awk, no ping, no tcpdump.
  copy_programs "$root" bash cat cut date env false grep head ls mkdir readlink rm sed sleep sort tail timeout tr true uname wc \
    ip tc nft conntrack ipset xtables-nft-multi xtables-legacy-multi
  ln -s ../usr/bin/bash "$root/bin/sh"
  ln -s ../usr/bin/bash "$root/bin/bash"
  for program in iptables ip6tables; do
    for applet in nft legacy; do
      ln -s "xtables-$applet-multi" "$root/usr/bin/$program-$applet"
      ln -s "xtables-$applet-multi" "$root/usr/bin/$program-$applet-save"
      ln -s "xtables-$applet-multi" "$root/usr/bin/$program-$applet-restore"
    done
    ln -s "$program-nft" "$root/usr/bin/$program"
  done
  local extensions
  extensions=$(find /usr/lib -maxdepth 3 -type d -name xtables | head -n1)
  install -d "$root$extensions"
  cp "$extensions"/*.so "$root$extensions/"
  for file in /etc/protocols /etc/services /etc/iproute2; do
    [ ! -e "$file" ] || cp -r "$file" "$root/etc/"
  done
  copy_with_libraries "$root" "$BIN/standin" /bin/calico-node
  ln -s /bin/calico-node "$root/opt/cni/bin/install"
  ln -s /bin/calico-node "$root/usr/bin/birdcl"
  ln -s /bin/calico-node "$root/usr/bin/birdcl6"
  make_image fipctl.test/calico:v3.31.7 "$root" "$1/calico.tar" /bin/calico-node
  rm -r "$root"
}
