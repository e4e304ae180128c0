#compdef fipctl
# Completion of fipctl for zsh, made by 'fipctl completion zsh'.
# Commands and options are known here; pods, addresses and other names are asked from the cluster.

# What can be typed behind a command, and what an option's value can be.
@TREE@

# A word as the shell would have passed it on, as far as paths need it.
__fipctl_plain() {
  REPLY=${(Q)1}
  [[ $REPLY != '~/'* ]] || REPLY=$HOME/${REPLY#'~/'}
}

# Names from the cluster; nothing when there is no quick answer.
__fipctl_live() {
  local program=fipctl REPLY
  local -a names open
  if [[ ${words[1]} == */* ]]; then
    __fipctl_plain "${words[1]}"
    program=$REPLY
  fi
  names=("${(@f)$("$program" __complete "${passed[@]}" -- "$1" "$PREFIX" 2>/dev/null </dev/null)}")
  open=("${(@M)names:#*/}")
  names=("${(@)names:#*/}")
  names=("${(@)names:#}")
  (( ${#open} )) && compadd -S '' -a open
  (( ${#names} )) && compadd -a names
}

# __fipctl_offer VALUES: what can stand for the word.
__fipctl_offer() {
  case $1 in
    ('') return 1 ;;
    ('= '*) compadd -- ${=1#= } ;;
    (files) _files ;;
    (*) __fipctl_live "$1" ;;
  esac
}

# What of the arguments is still missing: of a pair each half is given once, in either order.
__fipctl_wanted() {
  local word
  local -a kinds=("${(@s:,:)arguments}")
  case $limit in
    (1) (( ${#given} == 0 )) || kinds=() ;;
    (pair)
      for word in "${given[@]}"; do
        case $word in
          (*:* | [0-9]*.*[0-9]) kinds=("${(@)kinds:#addresses}") ;;
          (*) kinds=("${(@)kinds:#pods}") ;;
        esac
      done
      ;;
  esac
  REPLY=${(j:,:)kinds}
}

_fipctl() {
  local -a commands flags settings valued given passed
  local arguments limit values command='' option='' over='' word REPLY
  integer i

  __fipctl_command ''
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ -n $option ]]; then
      if [[ $__fipctl_connection == *" $option "* ]]; then
        __fipctl_plain "$word"
        passed+=("$option" "$REPLY")
      fi
      option=''
    elif [[ -z $over && $word == -- ]]; then
      over=yes
    elif [[ -z $over && $word == --*=* ]]; then
      if [[ $__fipctl_connection == *" ${word%%=*} "* ]]; then
        __fipctl_plain "${word#*=}"
        passed+=("${word%%=*}=$REPLY")
      fi
    elif [[ -z $over && $word == -?* ]]; then
      if (( ${valued[(Ie)$word]} )); then
        option=$word
      elif [[ $__fipctl_connection == *" $word "* || $__fipctl_connection == *" ${word[1,2]} "* ]]; then
        passed+=("$word")
      fi
    elif (( ${commands[(I)$word:*]} )); then
      command="$command${command:+ }$word"
      __fipctl_command "$command"
    else
      given+=("${(Q)word}")
    fi
  done

  if [[ -n $option ]]; then
    __fipctl_value "$command" "$option"
    __fipctl_offer "$values"
  elif [[ -z $over && $PREFIX == --*=* ]]; then
    __fipctl_value "$command" "${PREFIX%%=*}"
    compset -P 1 '*='
    __fipctl_offer "$values"
  elif [[ -z $over && $PREFIX == -[^-]* ]] && (( ${valued[(Ie)${PREFIX[1,2]}]} )); then
    __fipctl_value "$command" "${PREFIX[1,2]}"
    compset -P 1 '-?'
    compset -P 1 '='
    __fipctl_offer "$values"
  elif [[ -z $over && $PREFIX == -* ]]; then
    _describe -o 'option' flags -- settings -qS '='
  elif (( ${#commands} )); then
    _describe -t commands 'fipctl command' commands
  elif [[ $arguments == commands ]]; then
    __fipctl_command "${(j: :)given}"
    _describe -t commands 'fipctl command' commands
  elif [[ $arguments == '= '* ]]; then
    (( ${#given} )) || __fipctl_offer "$arguments"
  else
    __fipctl_wanted
    __fipctl_offer "$REPLY"
  fi
}

# As a file of $fpath this is the body of the function; sourced, it has to be made known.
if [[ ${funcstack[1]} == _fipctl ]]; then
  _fipctl "$@"
else
  compdef _fipctl fipctl
fi
