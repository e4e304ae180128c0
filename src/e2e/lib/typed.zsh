# typed.zsh DIRECTORY LINE: types the line and a TAB into an interactive zsh and prints what then stands there.
zmodload zsh/zpty
zpty -b shell "TERM=dumb zsh -f -i"
settings=(
  'PS1= RPS1= PROMPT_EOL_MARK='
  'unsetopt zle_bracketed_paste prompt_sp beep 2>/dev/null'
  "fpath=(${(q)1} \$fpath)"
  "autoload -Uz compinit && compinit -u -d ${(q)ZDOTDIR}/dump"
  'show() { print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }'
  'zle -N show; bindkey "^X^P" show'
  'print ready-"now"'
)
zpty -w shell "${(j:; :)settings}"
zpty -r -m shell seen '*ready-now*' || exit 1
zpty -n -w shell "$2"$'\t\x18\x10'
typeset text=
while zpty -r shell text '*>>*'; do
  if [[ $text == *'<<'*'>>'* ]]; then
    print -r -- "${${text##*<<}%%>>*}"
    break
  fi
done
zpty -d shell
