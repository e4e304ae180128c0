#!/bin/bash
# Completion in the shells themselves: each line is typed into an interactive bash, zsh and fish with a TAB behind it,
# and what then stands there is compared. Live names come from a practice cluster; IPv6 from a stand-in for fipctl.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

need bash zsh fish
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK/bin" "$WORK/six" "$WORK/zsh" "$WORK/home"
JAR=$REPOSITORY/target/fipctl.jar
[ -f "$JAR" ] || die "there is no packaged program at target/fipctl.jar: run mvn package"
java_25() {
  local home
  for home in "${JAVA_HOME:-}" "${JDK25_HOME:-}" "${JAVA_HOME_25_X64:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk*; do
    if [ -x "$home/bin/java" ] && grep -q '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$home/release" 2>/dev/null; then
      printf '%s\n' "$home/bin/java"
      return
    fi
  done
  die "no JDK 25"
}
JAVA=$(java_25)
printf '#!/bin/sh\nexec %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar %s "$@"\n' "$JAVA" "$JAR" >"$WORK/bin/fipctl"
printf '#!/bin/sh\necho 2001:db8::10\n' >"$WORK/six/fipctl"
chmod +x "$WORK/bin/fipctl" "$WORK/six/fipctl"

export HOME=$WORK/home XDG_STATE_HOME=$WORK/state PATH=$WORK/bin:$PATH TERM=dumb
# The machine may be busy; how quick the answer is, is not the question here.
export FIPCTL_COMPLETION_TIMEOUT=20s
unset FIPCTL_LAB KUBECONFIG XDG_CONFIG_HOME
fipctl lab start >/dev/null 2>&1
fipctl --lab enable --yes >/dev/null 2>&1
fipctl --lab assign shop/web-0 203.0.113.10 >/dev/null 2>&1
cat >"$WORK/kubeconfig" <<K
{apiVersion: v1, kind: Config, current-context: "", clusters: [], users: [], contexts: [{name: kind-one, context: {}}]}
K

# What is typed, and what stands there after the TAB; the dot ends the line so that blanks are seen.
CASES="
fipctl ass|fipctl assign .
fipctl lab sto|fipctl lab stop .
fipctl help sta|fipctl help status .
fipctl -n shop move --err|fipctl -n shop move --error-unchanged .
fipctl list -o ya|fipctl list -o yaml .
fipctl list --output=ya|fipctl list --output=yaml .
fipctl doctor -o ju|fipctl doctor -o junit .
fipctl list -o ju|fipctl list -o ju.
fipctl --lab nat 2|fipctl --lab nat 203.0.113.10 .
fipctl assign --dry-run=se|fipctl assign --dry-run=server .
fipctl completion f|fipctl completion fish .
fipctl --kubeconfig $WORK/kubeconfig --context ki|fipctl --kubeconfig $WORK/kubeconfig --context kind-one .
fipctl --lab assign sh|fipctl --lab assign shop/.
fipctl --lab -n shop assign web-0|fipctl --lab -n shop assign web-0 .
fipctl --lab --namespace=shop move 203.0.113.10 web-1|fipctl --lab --namespace=shop move 203.0.113.10 web-1 .
fipctl --lab release 2|fipctl --lab release 203.0.113.10 .
fipctl --lab move shop/web-1 2|fipctl --lab move shop/web-1 203.0.113.10 .
fipctl move --lab --from shop/web-2|fipctl move --lab --from shop/web-2 .
fipctl --context nowhere release 2|fipctl --context nowhere release 2.
"
# fish takes a value behind a blank as well and offers it so.
EQUALS="
fipctl assign --time|fipctl assign --timeout=.
"
SIX="
fipctl owner 20|fipctl owner 2001:db8::10 .
fipctl owner 2001:db|fipctl owner 2001:db8::10 .
fipctl owner 2001:db8::|fipctl owner 2001:db8::10 .
"

# typed_into_bash LINE: bash reads keys from a pipe when it is told to be interactive.
typed_into_bash() {
  {
    printf 'source %q\n' "$REPOSITORY/completions/fipctl.bash"
    # shellcheck disable=SC2016
    printf '%s\n' "bind -x '\"\\C-x\\C-p\": printf \"<<%s>>\\n\" \"\$READLINE_LINE\"'"
    printf '%s\t\x18\x10\x15exit\n' "$1"
  } | bash --norc --noprofile -i 2>&1 | sed -n 's/.*<<\(.*\)>>.*/\1/p' | tail -1
}

# typed_into_zsh LINE: through a pseudo-terminal, which zsh's line editor insists on.
typed_into_zsh() {
  ZDOTDIR=$WORK/zsh zsh -f "$E2E/lib/typed.zsh" "$REPOSITORY/completions" "$1"
}

# typed_into_fish LINE: fish says what it would offer; one word is what a TAB would put there.
typed_into_fish() {
  # shellcheck disable=SC2016
  LINE=$1 fish --no-config -c '
    source $argv[1]
    set -l offered (complete -C "$LINE" | string replace -r "\t.*" "")
    set -l before (string replace -r "\S*\$" "" -- "$LINE")
    switch (count $offered)
      case 1
        # A space follows but where more of the same word is to come.
        set -l space " "
        string match -qr "/\$" -- $offered; and set space ""
        echo "$before$offered$space"
      case "*"
        echo "$LINE"
    end' "$REPOSITORY/completions/fipctl.fish"
}

failed=0 passed=0
try() {
  local shell=$1 line wanted found
  while IFS='|' read -r line wanted; do
    [ -n "$line" ] || continue
    found=$("typed_into_$shell" "$line").
    if [ "$found" = "$wanted" ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      say "$shell: '$line' became '$found', not '$wanted'"
    fi
  done <<<"$2"
}
for shell in bash zsh fish; do
  try $shell "$CASES"
  PATH=$WORK/six:$PATH try $shell "$SIX"
  [ $shell = fish ] || try $shell "$EQUALS"
done
say "completion: $passed passed, $failed failed"
[ $failed -eq 0 ]
