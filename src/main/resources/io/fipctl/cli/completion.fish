# Completion of fipctl for fish 3.1 and later, made by 'fipctl completion fish'.
# Commands and options are known here; pods, addresses and other names are asked from the cluster.

# Reads what stands before the cursor: the command, its arguments, and the options that choose a cluster.
function __fipctl_read
    set -g __fipctl_path
    set -g __fipctl_given
    set -g __fipctl_passed
    set -l option
    set -l over
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        if set -q option[1]
            if contains -- $option $__fipctl_connection
                set -a __fipctl_passed $option (string replace -r '^~(?=/)' $HOME -- $word)
            end
            set -e option
            set -l option
        else if set -q over[1]
            set -a __fipctl_given $word
        else if test "$word" = --
            set over yes
        else if string match -q -- '--*=*' $word
            set -l name (string replace -r '=.*' '' -- $word)
            if contains -- $name $__fipctl_connection
                set -a __fipctl_passed $word
            end
        else if string match -q -- '-?*' $word
            if contains -- $word $__fipctl_valued
                set option $word
            else if contains -- $word $__fipctl_connection
                set -a __fipctl_passed $word
            else if contains -- (string sub -l 2 -- $word) $__fipctl_connection
                set -a __fipctl_passed $word
            end
        else if contains -- "$__fipctl_path $word" $__fipctl_commands
            set __fipctl_path "$__fipctl_path $word"
        else
            set -a __fipctl_given $word
        end
    end
end

# Whether the line is at one of these commands.
function __fipctl_at
    __fipctl_read
    contains -- "$__fipctl_path" $argv
end

# __fipctl_live KINDS: names from the cluster; nothing when there is no quick answer.
function __fipctl_live
    __fipctl_read
    set -l program (commandline -opc)[1]
    set -l word (commandline -ct | string replace -r '^(--[^=]*=|-[a-zA-Z]=?)' '')
    eval (string escape -- $program __complete $__fipctl_passed -- $argv[1] "$word") 2>/dev/null </dev/null
end

# __fipctl_arguments LIMIT KINDS: what of the arguments is still missing; of a pair each half is given once.
function __fipctl_arguments
    __fipctl_read
    set -l kinds (string split , -- $argv[2])
    switch $argv[1]
        case 1
            set -q __fipctl_given[1]; and return
        case pair
            for word in $__fipctl_given
                set -l given pods
                if string match -qr -- ':|^[0-9].*\..*[0-9]$' $word
                    set given addresses
                end
                set kinds (string match -v -- $given $kinds)
            end
    end
    if set -q kinds[1]
        __fipctl_live (string join , -- $kinds)
    end
end

# The commands below those that are given to 'help'.
function __fipctl_below
    __fipctl_read
    set -l path (string join ' ' -- '' $__fipctl_given)
    string replace -rf -- '^'(string escape --style=regex -- "$path")' ([^ ]+)$' '$1' $__fipctl_commands
end

complete -c fipctl -f
@TREE@
