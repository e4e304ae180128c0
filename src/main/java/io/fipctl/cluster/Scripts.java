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

  /** Arguments: address, family (4 or 6), expectation, its value, seconds. */
  static final String AWAIT =
      """
      export LC_ALL=C
      address=$1 family=$2 wanted=$3 value=$4 end=$((SECONDS + $5))
      if [ "$family" = 6 ]; then prefix=ip6 bits=128; else prefix=ip bits=32; fi
      rules() {
        "${prefix}tables-nft-save" -t nat 2>/dev/null | grep -F -- "-A cali-fip-dnat -d $address/$bits "
        grep -qsx nat "/proc/net/${prefix}_tables_names" &&
          "${prefix}tables-legacy-save" -t nat 2>/dev/null | grep -F -- "-A cali-fip-dnat -d $address/$bits "
        nft list chain "$prefix" calico nat-cali-fip-dnat 2>/dev/null | grep -F -- " daddr $address "
      }
      routes() { ip "-$family" route show "$address/$bits" 2>/dev/null; }
      while :; do
        case $wanted in
          leads-to) rules | grep -qE -- "(--to-destination|dnat to) $value( |\\$)" && routes | grep -q ' dev cali' && exit 0 ;;
          gone) [ -z "$(rules)" ] && ! routes | grep -q ' dev cali' && exit 0 ;;
          via) routes | grep -qF -- "via $value " && exit 0 ;;
        esac
        [ "$SECONDS" -ge "$end" ] && exit 124
        sleep 0.02
      done
      """;
}
