# Completion of fipctl for bash 3.2 and later, made by 'fipctl completion bash'.
# Commands and options are known here; pods, addresses and other names are asked from the cluster.
# shellcheck shell=bash disable=SC2034

# What can be typed behind a command, and what an option's value can be.
__fipctl_command() {
  commands='' options='' valued='' arguments='' limit=''
  case $1 in
    '')
      commands='assign move release list ls show owner history status enable disable doctor nat node-shell recover failover lock cleanup lab completion version help'
      options='-V --version'
      ;;
    'assign')
      options='--allow-cni-gate-off --allow-outside-pools --dry-run= --error-unchanged --lock-timeout= --no-lock --node-is-fenced --note= --owner= --protect --record-namespace= --steal --strict --timeout= --unprotect --wait='
      valued='--dry-run --lock-timeout --note --owner --record-namespace --timeout --wait'
      arguments='pods' limit=pair
      ;;
    'move')
      options='--allow-cni-gate-off --allow-outside-pools --dry-run= --error-unchanged --from= --handover= --lock-timeout= --node-is-fenced --record-namespace= --strict --timeout= --to= --unprotect --unverified --wait='
      valued='--dry-run --from --handover --lock-timeout --record-namespace --timeout --to --wait'
      arguments='pods,addresses' limit=pair
      ;;
    'release')
      options='--dry-run= --error-unchanged --lock-timeout= --no-lock --pod= --record-namespace= --timeout= --unprotect --unverified --wait='
      valued='--dry-run --lock-timeout --pod --record-namespace --timeout --wait'
      arguments='addresses' limit=many
      ;;
    'list' | 'ls')
      options='--record-namespace= --verify -w --watch'
      valued='--record-namespace'
      ;;
    'show')
      options='--record-namespace='
      valued='--record-namespace'
      arguments='pods,addresses' limit=1
      ;;
    'owner')
      options='--record-namespace='
      valued='--record-namespace'
      arguments='addresses' limit=1
      ;;
    'history')
      options='--record-namespace='
      valued='--record-namespace'
      arguments='addresses' limit=1
      ;;
    'status')
      options='--record-namespace='
      valued='--record-namespace'
      ;;
    'enable')
      options='--cni-only --dry-run= --error-unchanged --even-if-managed --felix-only --include-overrides --no-restart --print-source= --record-namespace= --timeout='
      valued='--dry-run --print-source --record-namespace --timeout'
      ;;
    'disable')
      options='--cni-only --dry-run= --error-unchanged --even-if-managed --felix-only --include-overrides --no-restart --record-namespace= --release-all --timeout= --unprotect'
      valued='--dry-run --record-namespace --timeout'
      ;;
    'doctor')
      options='--check= --debug-deadline= --debug-namespace= --dry-run= --explain= --fail-on= --fix --from= --image= --keep= --list-checks --node= --node-access= --parallelism= --port= --pre --probe --pull-policy= --pull-secret= --record-namespace= --save= --show= --skip= --strict --suppress='
      valued='--check --debug-deadline --debug-namespace --dry-run --explain --fail-on --from --image --keep --node --node-access --parallelism --port --pull-policy --pull-secret --record-namespace --save --show --skip --suppress'
      arguments='pods,addresses' limit=many
      ;;
    'nat')
      options='--debug-deadline= --debug-namespace= --from= --image= --node-access= --parallelism= --pull-policy= --pull-secret='
      valued='--debug-deadline --debug-namespace --from --image --node-access --parallelism --pull-policy --pull-secret'
      arguments='addresses,nodes' limit=many
      ;;
    'node-shell')
      options='--debug-deadline= --debug-namespace= --image= --node-access= --pull-policy= --pull-secret='
      valued='--debug-deadline --debug-namespace --image --node-access --pull-policy --pull-secret'
      arguments='nodes' limit=1
      ;;
    'recover')
      options='--back --dry-run= --error-unchanged --forward --lock-timeout= --node-is-fenced --record-namespace= --timeout= --unprotect --unverified --wait='
      valued='--dry-run --lock-timeout --record-namespace --timeout --wait'
      arguments='addresses' limit=many
      ;;
    'failover')
      options='--allow-outside-pools --candidates= --dry-run= --error-unchanged --lock-timeout= --node-is-fenced --not-ready-for= --record-namespace= --timeout= --unprotect --wait='
      valued='--candidates --dry-run --lock-timeout --not-ready-for --record-namespace --timeout --wait'
      arguments='addresses' limit=1
      ;;
    'lock')
      commands='break list'
      ;;
    'lock break')
      options='--record-namespace='
      valued='--record-namespace'
      arguments='addresses' limit=1
      ;;
    'lock list')
      options='--record-namespace='
      valued='--record-namespace'
      ;;
    'cleanup')
      options='--dry-run= --record-namespace='
      valued='--dry-run --record-namespace'
      ;;
    'lab')
      commands='break mend start status stop tour'
      ;;
    'lab break')
      arguments='= api-trouble debug-pod-left lock-left change-cut-off datastore-locked felix-gate-off felix-gate-off-node felix-gate-env cni-gate-off cni-template-misplaced cni-gate-off-node cni-gate-text cni-gate-misplaced cni-other-plugin ebpf old-calico operator annotation-malformed value-ignored wrong-family duplicate-one-node duplicate-two-nodes service-address node-address pool-vxlan pool-not-exported pool-missing pool-open template rule-gone rule-wrong prerouting-flushed hairpin-gone rule-stale route-gone backend-left calico-node-down flow-stale forwarding-off forward-drop rp-filter route-blackhole bird-down address-in-node-network policy-deny pod-not-ready' limit=1
      ;;
    'lab mend')
      ;;
    'lab start')
      ;;
    'lab status')
      ;;
    'lab stop')
      ;;
    'lab tour')
      ;;
    'completion')
      arguments='= bash zsh fish' limit=1
      ;;
    'version')
      ;;
    'help')
      arguments='commands' limit=many
      ;;
  esac
  options+=' -A --all-namespaces --as= --as-group= --calico-namespace= --certificate-authority= --context= -h --help --insecure-skip-tls-verify --kubeconfig= --lab -n --namespace= --no-color --no-headers -o --output= -q --quiet --request-timeout= -s --server= --sort-by= --token= -v --verbose -y --yes'
  valued+=' --as --as-group --calico-namespace --certificate-authority --context --kubeconfig -n --namespace -o --output --request-timeout -s --server --sort-by --token'
}

__fipctl_connection=' -A --all-namespaces --as --as-group --certificate-authority --context --insecure-skip-tls-verify --kubeconfig --lab -n --namespace -s --server --token '

__fipctl_value() {
  values=''
  case "$1 $2" in
    'assign --dry-run') values='= none client server' ;;
    'assign --record-namespace') values='namespaces' ;;
    'assign --wait') values='= true false' ;;
    'move --dry-run') values='= none client server' ;;
    'move --from') values='pods' ;;
    'move --handover') values='= exclusive overlap' ;;
    'move --record-namespace') values='namespaces' ;;
    'move --to') values='pods' ;;
    'move --wait') values='= true false' ;;
    'release --dry-run') values='= none client server' ;;
    'release --pod') values='pods' ;;
    'release --record-namespace') values='namespaces' ;;
    'release --wait') values='= true false' ;;
    'list --record-namespace' | 'ls --record-namespace') values='namespaces' ;;
    'show --record-namespace') values='namespaces' ;;
    'owner --record-namespace') values='namespaces' ;;
    'history --record-namespace') values='namespaces' ;;
    'status --record-namespace') values='namespaces' ;;
    'enable --dry-run') values='= none client server' ;;
    'enable --print-source') values='= kubespray rke2 helm kustomize' ;;
    'enable --record-namespace') values='namespaces' ;;
    'disable --dry-run') values='= none client server' ;;
    'disable --record-namespace') values='namespaces' ;;
    'doctor --debug-namespace') values='namespaces' ;;
    'doctor --dry-run') values='= none client server' ;;
    'doctor --fail-on') values='= error warning never' ;;
    'doctor --keep') values='pods' ;;
    'doctor --node') values='nodes' ;;
    'doctor --node-access') values='= auto exec pod none' ;;
    'doctor --pull-policy') values='= Always IfNotPresent Never' ;;
    'doctor --record-namespace') values='namespaces' ;;
    'doctor --show') values='= all problems' ;;
    'doctor -o' | 'doctor --output') values='= table short json yaml junit markdown' ;;
    'nat --debug-namespace') values='namespaces' ;;
    'nat --node-access') values='= auto exec pod none' ;;
    'nat --pull-policy') values='= Always IfNotPresent Never' ;;
    'node-shell --debug-namespace') values='namespaces' ;;
    'node-shell --node-access') values='= auto exec pod none' ;;
    'node-shell --pull-policy') values='= Always IfNotPresent Never' ;;
    'recover --dry-run') values='= none client server' ;;
    'recover --record-namespace') values='namespaces' ;;
    'recover --wait') values='= true false' ;;
    'failover --dry-run') values='= none client server' ;;
    'failover --record-namespace') values='namespaces' ;;
    'failover --wait') values='= true false' ;;
    'lock break --record-namespace') values='namespaces' ;;
    'lock list --record-namespace') values='namespaces' ;;
    'cleanup --dry-run') values='= none client server' ;;
    'cleanup --record-namespace') values='namespaces' ;;
    *' --calico-namespace') values='namespaces' ;;
    *' --certificate-authority') values='files' ;;
    *' --context') values='contexts' ;;
    *' --kubeconfig') values='files' ;;
    *' -n' | *' --namespace') values='namespaces' ;;
    *' -o' | *' --output') values='= table wide name json yaml' ;;
  esac
}

# A word as the shell would have passed it on, as far as paths need it.
__fipctl_plain() {
  local word=${1//[\"\'\\]/}
  # shellcheck disable=SC2088
  [[ $word != '~/'* ]] || word=$HOME/${word#'~/'}
  printf '%s' "$word"
}

# Names from the cluster, a line each; nothing when there is no quick answer.
__fipctl_live() {
  local program=fipctl
  case ${words[0]} in
    */*) program=$(__fipctl_plain "${words[0]}") ;;
  esac
  "$program" __complete ${passed[@]+"${passed[@]}"} -- "$1" "$2" 2>/dev/null </dev/null
}

# __fipctl_offer VALUES WORD: lines that can stand for the word.
__fipctl_offer() {
  case $1 in
    '') ;;
    '= '*) compgen -W "${1#= }" -- "$2" ;;
    files) compgen -f -- "$2" ;;
    *) __fipctl_live "$1" "$2" ;;
  esac
}

# What of the arguments is still missing: of a pair each half is given once, in either order.
__fipctl_wanted() {
  local word kinds=",$arguments,"
  case $limit in
    1) [[ ${#given[@]} -eq 0 ]] || kinds='' ;;
    pair)
      for word in ${given[@]+"${given[@]}"}; do
        case $word in
          *:* | [0-9]*.*[0-9]) kinds=${kinds/,addresses,/,} ;;
          *) kinds=${kinds/,pods,/,} ;;
        esac
      done
      ;;
  esac
  kinds=${kinds#,}
  printf '%s' "${kinds%,}"
}

_fipctl() {
  local words=() given=() passed=() commands options valued arguments limit
  local values='' command='' option='' lead='' over='' n=0 i word rest=${COMP_LINE:0:COMP_POINT}
  # bash cuts words at = and : too; here a word is what blanks divide.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if ((i > 0)) && [[ $rest == [[:blank:]]* ]]; then
      rest=${rest#"${rest%%[![:blank:]]*}"}
      n=$((n + 1))
    fi
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    words[n]=${words[n]-}$word
    rest=${rest#"$word"}
  done

  __fipctl_command ''
  for ((i = 1; i < n; i++)); do
    word=${words[i]}
    if [[ -n $option ]]; then
      [[ $__fipctl_connection != *" $option "* ]] || passed+=("$option" "$(__fipctl_plain "$word")")
      option=''
    elif [[ -z $over && $word == -- ]]; then
      over=yes
    elif [[ -z $over && $word == --*=* ]]; then
      [[ $__fipctl_connection != *" ${word%%=*} "* ]] ||
        passed+=("${word%%=*}=$(__fipctl_plain "${word#*=}")")
    elif [[ -z $over && $word == -?* ]]; then
      if [[ " $valued " == *" $word "* ]]; then
        option=$word
      elif [[ $__fipctl_connection == *" $word "* || $__fipctl_connection == *" ${word:0:2} "* ]]; then
        passed+=("$word")
      fi
    elif [[ " $commands " == *" $word "* ]]; then
      command="$command${command:+ }$word"
      __fipctl_command "$command"
    else
      given+=("$word")
    fi
  done

  local current=${words[n]}
  if [[ -n $option ]]; then
    __fipctl_value "$command" "$option"
  elif [[ -z $over && $current == --*=* ]]; then
    lead=${current%%=*}=
    __fipctl_value "$command" "${current%%=*}"
  elif [[ -z $over && $current == -[!-]* && " $valued " == *" ${current:0:2} "* ]]; then
    lead=${current:0:2}
    __fipctl_value "$command" "$lead"
    [[ ${current:2:1} != '=' ]] || lead+='='
  elif [[ -z $over && $current == -* ]]; then
    values="= $options"
  elif [[ -n $commands ]]; then
    values="= $commands"
  elif [[ $arguments == commands ]]; then
    __fipctl_command "${given[*]-}"
    values="= $commands"
  elif [[ $arguments == '= '* ]]; then
    [[ ${#given[@]} -gt 0 ]] || values=$arguments
  else
    values=$(__fipctl_wanted)
  fi

  # bash replaces only what stands behind the last = or : of the word.
  local cut='' breaks=${COMP_WORDBREAKS//[!:=]/} line
  [[ -z $breaks ]] || cut=${current%"${current##*["$breaks"]}"}
  [[ $values != files ]] || compopt -o filenames 2>/dev/null
  COMPREPLY=()
  while IFS= read -r line; do
    line=$lead$line
    COMPREPLY+=("${line#"$cut"}")
  done < <(__fipctl_offer "$values" "${current#"$lead"}")
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}

complete -F _fipctl fipctl
