package io.fipctl.node;

/** The scripts behind {@link NodeCommand}. */
final class Scripts {
  private Scripts() {}

  /**
   * Reads a script and its arguments from stdin and runs it: a URL that held them would be longer
   * than what proxies let through. Arguments: the length of the script, and how many lines follow
   * it, of which each is an argument. Nothing is run unless all of it has arrived.
   */
  static final String LOADER =
      """
      read -rN "$1" script && mapfile -tn "$2" words && [ "${#words[@]}" -eq "$2" ] || exit 125
      set -- "${words[@]}"
      eval "$script" </dev/null
      """;

  /**
   * Arguments: seconds for all of it, {@code nat} or {@code all}, addresses, {@code --}, pairs of
   * address and port, {@code --}, then pairs of title and command words; the commands are constants
   * of fipctl.
   */
  static final String READ =
      """
      export LC_ALL=C
      set -o pipefail
      end=$1 tables=$2 addresses=() targets=()
      shift 2
      while [ "$1" != -- ]; do addresses+=("$1"); shift; done
      shift
      while [ "$1" != -- ]; do targets+=("$1"); shift; done
      shift
      run() {
        local left=$((end - SECONDS))
        timeout "$((left < 1 ? 1 : left > 5 ? 5 : left))" "$@"
      }
      save() {
        if [ "$tables" = all ]; then run "$1"; else run "$1" -t "$tables"; fi
      }
      # Asked for a table that is not there, the tool would make it, hooks and all.
      legacy_save() {
        local wanted=. names=/proc/net/$1_tables_names
        [ -e "$names" ] || return 0
        [ "$tables" = all ] || wanted="^$tables\\$"
        grep -qs "$wanted" "$names"
        case $? in
          0) save "$1tables-legacy-save" ;;
          1) ;;
          *) echo "cannot read $names" >&2; return 1 ;;
        esac
      }
      # The kernel names all that it can do; where it cannot say, nobody knows.
      without_nf_tables() {
        grep -qs nf_tables /proc/kallsyms
        [ $? -eq 1 ]
      }
      flows() {
        local address family status=0
        if [ ${#addresses[@]} -eq 0 ]; then
          { run conntrack -L -f ipv4 -o extended && run conntrack -L -f ipv6 -o extended; } | sed 20001Q99
          return
        fi
        for address in "${addresses[@]}"; do
          case $address in *:*) family=ipv6 ;; *) family=ipv4 ;; esac
          run conntrack -L -f "$family" -o extended --orig-dst "$address" || status=$?
        done
        return "$status"
      }
      bird() {
        local directory
        for directory in /var/run/calico /var/run/bird; do
          [ ! -S "$directory/$2.ctl" ] || { run "$1" -s "$directory/$2.ctl" show "$3" all; return; }
        done
        echo "BIRD does not run: no socket $2.ctl in /var/run/calico or /var/run/bird" >&2
        return 1
      }
      # As sysctl writes names: a dot within one, such as eth0.100, becomes a slash.
      sysctls() {
        (
          cd /proc/sys || exit
          # Not every kernel has every setting, and an interface may go meanwhile.
          { grep -sH '' net/ipv4/ip_forward net/ipv4/conf/*/{arp_filter,proxy_arp,rp_filter} \\
            net/ipv6/conf/all/forwarding net/netfilter/nf_conntrack_{count,max} || [ $? -eq 2 ]; } |
            sed 'y#/.#./#; s/:/ = /' | sort | grep .
        )
      }
      # A conflist may hold a token, and so may a log.
      without_secrets() {
        sed -E \\
          -e 's/("[^"]*(token|password|secret|client.?key.?data)[^"]*"[[:space:]]*:[[:space:]]*)"([^"\\\\]|\\\\.)*"/\\1"REMOVED"/gI' \\
          -e 's/((token|password|secret)[:=] ?|bearer )[^] ",}]+/\\1REMOVED/gI'
      }
      cat_first_cni_config() {
        local dir file first
        for dir in /host/etc/cni/net.d /etc/cni/net.d; do
          for file in "$dir"/*.conf "$dir"/*.conflist "$dir"/*.json; do
            [ ! -f "$file" ] || printf '%s\\n' "$file"
          done | sort | { read -r first || exit 1; printf '# %s\\n' "$first"; without_secrets <"$first"; } && return 0
        done
        return 1
      }
      cni_files() {
        ls -A /host/etc/cni/net.d 2>/dev/null || ls -A /etc/cni/net.d
      }
      cni_log() {
        run tail -n 50 /var/log/calico/cni/cni.log | without_secrets
      }
      felix_readiness() {
        run bash -c '
          exec 3<>/dev/tcp/127.0.0.1/9099 || exit
          printf "GET /readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" >&3
          cat <&3' | sed 's/\\r$//'
      }
      # A first packet that is lost is sent again after one second.
      connect() {
        local said status
        said=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' fipctl "$1" "$2" 2>&1)
        status=$?
        printf '%s %s %s %s\\n' "$1" "$2" "$status" "${said##*: }"
      }
      connects() {
        local i
        for ((i = 0; i < ${#targets[@]}; i += 2)); do
          [ "$SECONDS" -lt "$end" ] || { wait; return 124; }
          connect "${targets[i]}" "${targets[i + 1]}" &
          [ $((i % 64)) -ne 62 ] || wait
        done
        wait
      }
      while [ $# -ge 2 ]; do
        printf '@@fipctl %s\\n' "$1"
        printf '@@fipctl %s\\n' "$1" >&2
        if [ "$SECONDS" -ge "$end" ]; then
          status=124
        elif [ "$(type -t "${2%% *}")" = function ]; then
          $2
          status=$?
        else
          run $2
          status=$?
        fi
        # Where the kernel has no nf_tables its tools fail, and there is no rule of it.
        case $status:$2 in
          0:* | 124:* | 127:*) ;;
          *:*-nft-save) ! without_nf_tables || status=0 ;;
          *:'nft -j '*) ! without_nf_tables || { status=0; echo '{"nftables": []}'; } ;;
        esac
        printf '\\n@@fipctl-end %s %s\\n' "$1" "$status"
        printf '\\n@@fipctl-end %s %s\\n' "$1" "$status" >&2
        shift 2
      done
      """;

  /** Arguments: for each connection the number of words, then the words. */
  static final String DELETE_FLOWS =
      """
      deleted=0
      while [ $# -gt 0 ]; do
        count=$1; shift
        conntrack -D "${@:1:count}" >/dev/null 2>&1 && deleted=$((deleted + 1))
        shift "$count"
      done
      echo "$deleted"
      """;

  /**
   * Arguments: address, family (4 or 6), expectation, its value, seconds, where the answers of
   * connections come from that are to stay, and how the names of pods' interfaces begin, with
   * commas between; without that, every interface that the address is routed to directly counts.
   *
   * <p>It looks as often as it can without taking the processor from those it waits for: at the
   * route first, which costs one process, and at those backends only that have Calico's chain when
   * it begins, or could not be read then. Nothing counts as gone while one of them cannot be read
   * whole: a tool that fails, or whose answer is cut, is asked again. Where Calico's chain is
   * found, a backend without a tool is none that Felix uses, which has the same tools. A connection
   * is deleted by the options that {@code io.fipctl.nodeoutput.Flow} names: the full tuple as far
   * as the tool tells the protocol apart.
   */
  static final String AWAIT =
      """
      export LC_ALL=C
      set -f
      address=$1 family=$2 wanted=$3 value=$4 end=$((SECONDS + $5)) right=$6 interfaces=${7//,/ }
      echo '@@fipctl waiting'
      if [ "$family" = 6 ]; then prefix=ip6 bits=128; else prefix=ip bits=32; fi
      # The lines of iptables-save that hold some words.
      save() {
        local lines
        lines=$(
          "$1" -t nat 2>/dev/null | grep -F -e "$2" -e '*nat' -e COMMIT -e ' is incompatible, use '
          ended=("${PIPESTATUS[@]}")
          [ "${ended[1]}" -le 1 ] && exit "${ended[0]}"
        ) || return
        [ -n "$lines" ] || return 0
        [[ $'\\n'$lines == *$'\\nCOMMIT' && $lines != *' is incompatible, use '* ]] || return 1
        grep -F -- "$2" <<<"$lines"
        return 0
      }
      legacy_save() {
        local names=/proc/net/${prefix}_tables_names
        grep -qsx nat "$names"
        case $? in
          0) save "${prefix}tables-legacy-save" "$1" ;;
          1) ;;
          *) [ ! -e "$names" ] ;;
        esac
      }
      # Calico's own chain, which need not be there.
      nft_list() {
        local said status
        said=$(nft list chain "$prefix" calico nat-cali-fip-dnat 2>&1)
        status=$?
        case $status:$said in
          0:*$'\\n}') grep -F -- "$1" <<<"$said"; return 0 ;;
          0:*) return 1 ;;
          1:*'No such file or directory'*) ;;
          *) return "$status" ;;
        esac
      }
      # What a backend has of some words; fails when it was not read whole, with 127 without a tool.
      chain() {
        case $1 in
          nft) save "${prefix}tables-nft-save" "$2" ;;
          legacy) legacy_save "$2" ;;
          calico) nft_list "$2" ;;
        esac
      }
      has= unread=
      for backend in nft legacy calico; do
        lines=$(chain $backend cali-fip-dnat)
        case $?:$lines in
          0:) ;;
          0:*) has+=" $backend" ;;
          127:*) ;;
          *)
            # Without nf_tables in the kernel its tools fail, and there is no rule of it.
            grep -qs nf_tables /proc/kallsyms
            case $?:$backend in
              1:nft | 1:calico) ;;
              *) unread+=" $backend" ;;
            esac ;;
        esac
      done
      backends=${has:+$has$unread}
      rules() {
        local backend
        for backend in ${backends:-nft legacy calico}; do
          case $backend in
            calico) chain calico " daddr $address " ;;
            *) chain $backend "-A cali-fip-dnat -d $address/$bits " ;;
          esac || return
        done
      }
      # Whether one of the routes leads to an interface of a pod.
      to_a_pod() {
        local route begins
        while read -r route; do
          for begins in $interfaces; do
            [[ "$route" != *" dev $begins"* ]] || return 0
          done
          [ -n "$interfaces" ] || [[ "$route" != *' dev '* || "$route" == *' via '* ]] || return 0
        done <<<"$1"
        return 1
      }
      delete() {
        set -- $1
        local protocol=$3 number=$4 tuple=0 source= reply= word
        local -a ports=() zones=() options=()
        case $protocol in
          tcp | udp | udplite | sctp) options=(-p "$protocol") ;;
          icmp | icmpv6) options=(-p "$protocol") ;;
          *) options=(-p "$number") ;;
        esac
        for word; do
          case $word in
            src=*)
              tuple=$((tuple + 1))
              if [ "$tuple" = 1 ]; then source=${word#*=}; else reply=${word#*=}; fi ;;
            sport=* | dport=*)
              case $tuple$protocol in
                1tcp | 1udp | 1udplite | 1sctp) ports+=("--${word%%=*}" "${word#*=}") ;;
              esac ;;
            type=* | code=* | id=*)
              case $tuple$protocol in
                1icmp | 1icmpv6) ports+=("--$protocol-${word%%=*}" "${word#*=}") ;;
              esac ;;
            zone=*) zones+=(-w "${word#*=}") ;;
            zone-orig=*) zones+=(--orig-zone "${word#*=}") ;;
            zone-reply=*) zones+=(--reply-zone "${word#*=}") ;;
          esac
        done
        [ "$tuple" = 2 ] && [ "$reply" != "$right" ] || return 0
        conntrack -D -f "ipv$family" "${options[@]}" --orig-src "$source" --orig-dst "$address" \\
          "${ports[@]}" "${zones[@]}" >/dev/null 2>&1 && printf '%s\\n' "$*"
      }
      flush() {
        local line
        conntrack -L -f "ipv$family" -o extended --orig-dst "$address" 2>/dev/null |
          while read -r line; do delete "$line"; done
      }
      there() {
        local routes rules
        routes=$(ip "-$family" route show "$address/$bits" 2>/dev/null) || return
        case $wanted in
          leads-to)
            to_a_pod "$routes" && rules=$(rules) &&
              grep -qE -- "(--to-destination|dnat to) $value( |\\$)" <<<"$rules" ;;
          gone) ! to_a_pod "$routes" && rules=$(rules) && [ -z "$rules" ] ;;
          via) [[ "$routes " == *"via $value "* ]] && rules=$(rules) && [ -z "$rules" ] ;;
        esac
      }
      exec {never}<> <(:)
      until there; do
        [ "$SECONDS" -ge "$end" ] && exit 124
        read -rt 0.02 -u $never
      done
      flush
      echo '@@fipctl there'
      exit 0
      """;
}
