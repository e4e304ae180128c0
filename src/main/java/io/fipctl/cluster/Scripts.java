package io.fipctl.cluster;

/** The scripts behind {@link NodeCommand}. */
final class Scripts {
  private Scripts() {}

  /** Arguments: pairs of title and command words; the commands are constants of fipctl. */
  static final String READ =
      """
      export LC_ALL=C
      cat_first_cni_config() {
        for dir in /host/etc/cni/net.d /etc/cni/net.d; do
          for file in "$dir"/*.conf "$dir"/*.conflist "$dir"/*.json; do
            [ -f "$file" ] && printf '%s\\n' "$file"
          done | sort | { read -r first || exit 1; printf '# %s\\n' "$first"; cat "$first"; } && return 0
        done
        return 1
      }
      # Asked for a table that is not there, the tool would make it, hooks and all.
      legacy_save() {
        ! grep -qsx nat "/proc/net/$1_tables_names" || timeout 5 "$1tables-legacy-save" -t nat 2>/dev/null
      }
      while [ $# -ge 2 ]; do
        printf '@@fipctl %s\\n' "$1"
        case $2 in
          cat_first_cni_config | legacy_save*) $2 ;;
          *) timeout 5 $2 2>/dev/null ;;
        esac
        printf '\\n@@fipctl-end %s %s\\n' "$1" "$?"
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
   * Arguments: address, family (4 or 6), expectation, its value, seconds, and where the answers of
   * connections come from that are to stay. A connection is deleted by the options that {@code
   * io.fipctl.nat.Flow} names: the full tuple as far as the tool tells the protocol apart.
   */
  static final String AWAIT =
      """
      export LC_ALL=C
      set -f
      address=$1 family=$2 wanted=$3 value=$4 end=$((SECONDS + $5)) right=$6
      echo '@@fipctl waiting'
      if [ "$family" = 6 ]; then prefix=ip6 bits=128; else prefix=ip bits=32; fi
      rules() {
        "${prefix}tables-nft-save" -t nat 2>/dev/null | grep -F -- "-A cali-fip-dnat -d $address/$bits "
        grep -qsx nat "/proc/net/${prefix}_tables_names" &&
          "${prefix}tables-legacy-save" -t nat 2>/dev/null | grep -F -- "-A cali-fip-dnat -d $address/$bits "
        nft list chain "$prefix" calico nat-cali-fip-dnat 2>/dev/null | grep -F -- " daddr $address "
      }
      routes() { ip "-$family" route show "$address/$bits" 2>/dev/null; }
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
        case $wanted in
          leads-to) rules | grep -qE -- "(--to-destination|dnat to) $value( |\\$)" && routes | grep -q ' dev cali' ;;
          gone) [ -z "$(rules)" ] && ! routes | grep -q ' dev cali' ;;
          via) routes | grep -qF -- "via $value " && [ -z "$(rules)" ] ;;
        esac
      }
      until there; do
        [ "$SECONDS" -ge "$end" ] && exit 124
        sleep 0.02
      done
      flush
      exit 0
      """;
}
