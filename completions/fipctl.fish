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
set -g __fipctl_commands ' assign' ' move' ' release' ' list' ' ls' ' show' ' owner' ' history' ' status' ' enable' ' disable' ' doctor' ' nat' ' node-shell' ' recover' ' failover' ' lock' ' lock break' ' lock list' ' cleanup' ' lab' ' lab break' ' lab mend' ' lab start' ' lab status' ' lab stop' ' lab tour' ' completion' ' version' ' help'
set -g __fipctl_connection -A --all-namespaces --as --as-group --certificate-authority --context --insecure-skip-tls-verify --kubeconfig --lab -n --namespace -s --server --token
set -g __fipctl_valued --dry-run --lock-timeout --note --owner --record-namespace --timeout --wait --from --handover --to --pod --print-source --check --debug-deadline --debug-namespace --explain --fail-on --image --keep --node --node-access --parallelism --port --pull-policy --pull-secret --save --show --skip --suppress --candidates --not-ready-for --as --as-group --calico-namespace --certificate-authority --context --kubeconfig -n --namespace -o --output --request-timeout -s --server --sort-by --token

complete -c fipctl -s A -l all-namespaces -d 'List in all namespaces, not only in one'
complete -c fipctl -l as -x -d 'Act as another user'
complete -c fipctl -l as-group -x -d 'Act as a member of a group; may be repeated'
complete -c fipctl -l calico-namespace -x -a '(__fipctl_live namespaces)' -d 'Where Calico is, when more than one DaemonSet may be its own (default: found)'
complete -c fipctl -l certificate-authority -r -F -d 'The certificate authority that the server\'s certificate is checked with'
complete -c fipctl -l context -x -a '(__fipctl_live contexts)' -d 'The kubeconfig context to use'
complete -c fipctl -s h -l help -d 'Show this help'
complete -c fipctl -l insecure-skip-tls-verify -d 'Do not check the server\'s certificate'
complete -c fipctl -l kubeconfig -r -F -d 'The kubeconfig file to use'
complete -c fipctl -l lab -d 'Work on the practice cluster (\'fipctl lab start\'), not on a real one'
complete -c fipctl -s n -l namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of pods named without one'
complete -c fipctl -l no-color -d 'Print without colours'
complete -c fipctl -l no-headers -d 'Print tables without their titles'
complete -c fipctl -n 'not __fipctl_at \' doctor\'' -s o -l output -x -a 'table wide name json yaml' -d 'Print the answer as table, wide, name, json or yaml; doctor\'s as table, short, json, yaml, junit or markdown'
complete -c fipctl -s q -l quiet -d 'Print no notes and no progress, only the answer and errors'
complete -c fipctl -l request-timeout -x -d 'Give up on one request to the API server after this time (default 30s)'
complete -c fipctl -s s -l server -x -d 'The API server\'s address, instead of the kubeconfig\'s'
complete -c fipctl -l sort-by -x -d 'Sort tables by a column, named by its title'
complete -c fipctl -l token -x -d 'A bearer token to authenticate with'
complete -c fipctl -s v -l verbose -d 'Say more; with a bug, print its stack trace'
complete -c fipctl -s y -l yes -d 'Answer every question with yes'

complete -c fipctl -n '__fipctl_at \'\'' -a assign -d 'Give a pod floating IPs'
complete -c fipctl -n '__fipctl_at \'\'' -a move -d 'Hand floating IPs over to another pod'
complete -c fipctl -n '__fipctl_at \'\'' -a release -d 'Take floating IPs away'
complete -c fipctl -n '__fipctl_at \'\'' -a list -d 'List who has which address'
complete -c fipctl -n '__fipctl_at \'\'' -a ls -d 'List who has which address'
complete -c fipctl -n '__fipctl_at \'\'' -a show -d 'Show everything about one address, or the addresses of one pod'
complete -c fipctl -n '__fipctl_at \'\'' -a owner -d 'Print the pod that holds an address, as NS/POD and nothing else'
complete -c fipctl -n '__fipctl_at \'\'' -a history -d 'Show the last changes of an address: who, when, from where and to where'
complete -c fipctl -n '__fipctl_at \'\'' -a status -d 'Show whether floating IPs can work here, node by node'
complete -c fipctl -n '__fipctl_at \'\'' -a enable -d 'Switch floating IPs on: the CNI plugin\'s gate, then Felix\'s'
complete -c fipctl -n '__fipctl_at \'\'' -a disable -d 'Switch floating IPs off: Felix\'s gate, then the CNI plugin\'s'
complete -c fipctl -n '__fipctl_at \'\'' -a doctor -d 'Find out why a floating IP does not answer'
complete -c fipctl -n '__fipctl_at \'\'' -a nat -d 'Show what the nodes do with floating IPs: rules, routes, connections'
complete -c fipctl -n '__fipctl_at \'\'' -a node-shell -d 'Open a shell on a node, or run one command there'
complete -c fipctl -n '__fipctl_at \'\'' -a recover -d 'Finish or take back changes that were cut off'
complete -c fipctl -n '__fipctl_at \'\'' -a failover -d 'Hand an address over when its pod is gone or not Ready; once, for cron or CI'
complete -c fipctl -n '__fipctl_at \'\'' -a lock -d 'Look at the locks of addresses, and break one that nobody needs'
complete -c fipctl -n '__fipctl_at \'\'' -a cleanup -d 'Delete what killed runs of fipctl have left: debug pods and locks'
complete -c fipctl -n '__fipctl_at \'\'' -a lab -d 'Practise on a cluster inside fipctl: no Kubernetes needed'
complete -c fipctl -n '__fipctl_at \'\'' -a completion -d 'Print the completion script of a shell'
complete -c fipctl -n '__fipctl_at \'\'' -a version -d 'Print the version of fipctl and of the Java it runs on'
complete -c fipctl -n '__fipctl_at \'\'' -a help -d 'Show the help of fipctl or of one command'
complete -c fipctl -n '__fipctl_at \'\'' -s V -l version -d 'Print the version and exit'

complete -c fipctl -n '__fipctl_at \' assign\'' -l allow-cni-gate-off -d 'Go on although the pod could not start again: the CNI plugin\'s gate is off'
complete -c fipctl -n '__fipctl_at \' assign\'' -l allow-outside-pools -d 'Go on although no IP pool has the address: BIRD does not announce it'
complete -c fipctl -n '__fipctl_at \' assign\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' assign\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' assign\'' -l lock-timeout -x -d 'How long to wait for somebody else who changes an address (default 20s)'
complete -c fipctl -n '__fipctl_at \' assign\'' -l no-lock -d 'Take no lock, where Leases may not be written: write, look again, and release the address if another pod has it'
complete -c fipctl -n '__fipctl_at \' assign\'' -l node-is-fenced -d 'Take an address from a pod although its node is NotReady: the node is known to be powered off or isolated'
complete -c fipctl -n '__fipctl_at \' assign\'' -l note -x -d 'Write down anything about them'
complete -c fipctl -n '__fipctl_at \' assign\'' -l owner -x -d 'Write down who they belong to'
complete -c fipctl -n '__fipctl_at \' assign\'' -l protect -d 'Let nobody take them away again without --unprotect'
complete -c fipctl -n '__fipctl_at \' assign\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' assign\'' -l steal -d 'Take an address that another pod holds; asks first'
complete -c fipctl -n '__fipctl_at \' assign\'' -l strict -d 'Refuse what would only be warned of, and what could not be checked'
complete -c fipctl -n '__fipctl_at \' assign\'' -l timeout -x -d 'How long a node may take to follow (default 30s)'
complete -c fipctl -n '__fipctl_at \' assign\'' -l unprotect -d 'Take a protected address; it is not any more then'
complete -c fipctl -n '__fipctl_at \' assign\'' -l wait -x -a 'true false' -d 'Watch the nodes until they follow (default true)'
complete -c fipctl -n '__fipctl_at \' assign\'' -a '(__fipctl_arguments pair pods)'

complete -c fipctl -n '__fipctl_at \' move\'' -l allow-cni-gate-off -d 'Go on although the pod could not start again: the CNI plugin\'s gate is off'
complete -c fipctl -n '__fipctl_at \' move\'' -l allow-outside-pools -d 'Go on although no IP pool has the address: BIRD does not announce it'
complete -c fipctl -n '__fipctl_at \' move\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' move\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' move\'' -l from -x -a '(__fipctl_live pods)' -d 'Go on only if this pod holds them now'
complete -c fipctl -n '__fipctl_at \' move\'' -l handover -x -a 'exclusive overlap' -d 'exclusive: at no time do two pods have them (default)'
complete -c fipctl -n '__fipctl_at \' move\'' -l lock-timeout -x -d 'How long to wait for somebody else who changes an address (default 20s)'
complete -c fipctl -n '__fipctl_at \' move\'' -l node-is-fenced -d 'Take an address from a pod although its node is NotReady: the node is known to be powered off or isolated'
complete -c fipctl -n '__fipctl_at \' move\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' move\'' -l strict -d 'Refuse what would only be warned of, and what could not be checked'
complete -c fipctl -n '__fipctl_at \' move\'' -l timeout -x -d 'How long a node may take to follow (default 30s)'
complete -c fipctl -n '__fipctl_at \' move\'' -l to -x -a '(__fipctl_live pods)' -d 'The pod that is to have them'
complete -c fipctl -n '__fipctl_at \' move\'' -l unprotect -d 'Take a protected address; it is not any more then'
complete -c fipctl -n '__fipctl_at \' move\'' -l unverified -d 'Write although nobody can look at the nodes: running flows may die or stay'
complete -c fipctl -n '__fipctl_at \' move\'' -l wait -x -a 'true false' -d 'Watch the nodes until they follow (default true)'
complete -c fipctl -n '__fipctl_at \' move\'' -a '(__fipctl_arguments pair pods,addresses)'

complete -c fipctl -n '__fipctl_at \' release\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' release\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' release\'' -l lock-timeout -x -d 'How long to wait for somebody else who changes an address (default 20s)'
complete -c fipctl -n '__fipctl_at \' release\'' -l no-lock -d 'Take no lock, where Leases may not be written'
complete -c fipctl -n '__fipctl_at \' release\'' -l pod -x -a '(__fipctl_live pods)' -d 'Take them from this pod; without addresses all it has (asks first)'
complete -c fipctl -n '__fipctl_at \' release\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' release\'' -l timeout -x -d 'How long a node may take to follow (default 30s)'
complete -c fipctl -n '__fipctl_at \' release\'' -l unprotect -d 'Release protected addresses too'
complete -c fipctl -n '__fipctl_at \' release\'' -l unverified -d 'Write although nobody can look at the nodes: running flows may die or stay'
complete -c fipctl -n '__fipctl_at \' release\'' -l wait -x -a 'true false' -d 'Watch the nodes until they follow (default true)'
complete -c fipctl -n '__fipctl_at \' release\'' -a '(__fipctl_arguments many addresses)'

complete -c fipctl -n '__fipctl_at \' list\' \' ls\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' list\' \' ls\'' -l verify -d 'Read the rules and routes of every node, and say whether they agree'
complete -c fipctl -n '__fipctl_at \' list\' \' ls\'' -s w -l watch -d 'Print what there is, then every change, until Ctrl-C'

complete -c fipctl -n '__fipctl_at \' show\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' show\'' -a '(__fipctl_arguments 1 pods,addresses)'

complete -c fipctl -n '__fipctl_at \' owner\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' owner\'' -a '(__fipctl_arguments 1 addresses)'

complete -c fipctl -n '__fipctl_at \' history\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' history\'' -a '(__fipctl_arguments 1 addresses)'

complete -c fipctl -n '__fipctl_at \' status\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'

complete -c fipctl -n '__fipctl_at \' enable\'' -l cni-only -d 'Change only the CNI plugin\'s gate'
complete -c fipctl -n '__fipctl_at \' enable\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' enable\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' enable\'' -l even-if-managed -d 'Change objects that Argo CD, Flux or an addon manager will put back'
complete -c fipctl -n '__fipctl_at \' enable\'' -l felix-only -d 'Change only Felix\'s gate'
complete -c fipctl -n '__fipctl_at \' enable\'' -l include-overrides -d 'Change FelixConfigurations of single nodes and selectors too'
complete -c fipctl -n '__fipctl_at \' enable\'' -l no-restart -d 'Do not roll calico-node, but say what is still to do'
complete -c fipctl -n '__fipctl_at \' enable\'' -l print-source -x -a 'kubespray rke2 helm kustomize' -d 'Print the change for the sources of an installer, and change nothing'
complete -c fipctl -n '__fipctl_at \' enable\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' enable\'' -l timeout -x -d 'Give up when no node makes progress for this time (default 5m)'

complete -c fipctl -n '__fipctl_at \' disable\'' -l cni-only -d 'Change only the CNI plugin\'s gate'
complete -c fipctl -n '__fipctl_at \' disable\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' disable\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' disable\'' -l even-if-managed -d 'Change objects that Argo CD, Flux or an addon manager will put back'
complete -c fipctl -n '__fipctl_at \' disable\'' -l felix-only -d 'Change only Felix\'s gate'
complete -c fipctl -n '__fipctl_at \' disable\'' -l include-overrides -d 'Change FelixConfigurations of single nodes and selectors too'
complete -c fipctl -n '__fipctl_at \' disable\'' -l no-restart -d 'Do not roll calico-node, but say what is still to do'
complete -c fipctl -n '__fipctl_at \' disable\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' disable\'' -l release-all -d 'Take all addresses from all pods first'
complete -c fipctl -n '__fipctl_at \' disable\'' -l timeout -x -d 'Give up when no node makes progress for this time (default 5m)'
complete -c fipctl -n '__fipctl_at \' disable\'' -l unprotect -d 'With --release-all: take protected addresses too'

complete -c fipctl -n '__fipctl_at \' doctor\'' -l check -x -d 'Run only this check or area; may be repeated'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l debug-deadline -x -d 'When a debug pod ends by itself, whatever becomes of fipctl (default 10m; a shell: 1h)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l debug-namespace -x -a '(__fipctl_live namespaces)' -d 'Where debug pods are made (default calico-node\'s namespace)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l dry-run -x -a 'none client server' -d 'With --fix: only show what would be done; alone it means client'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l explain -x -d 'Explain one check and do nothing else'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l fail-on -x -a 'error warning never' -d 'From which severity on findings end with exit code 10 (default error)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l fix -d 'Do about the findings what is safe: shows the plan, asks, does it and looks again'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l from -x -d 'Judge what \'doctor --save\' kept; no cluster is needed'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l image -x -d 'The debug pod\'s image (default that of the node\'s calico-node)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l keep -x -a '(__fipctl_live pods)' -d 'With --fix: this pod keeps an address that others claim too, which lose it; may be repeated'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l list-checks -d 'List the checks and do nothing else'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l node -x -a '(__fipctl_live nodes)' -d 'Visit only this node; repeatable'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l node-access -x -a 'auto exec pod none' -d 'How to get onto nodes'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l parallelism -x -d 'How many nodes to visit at once (default 8)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l port -x -d 'The TCP port for --probe (default the first that a pod names)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l pre -d 'Only whether the cluster can have floating IPs; no node is visited'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l probe -d 'Have every node connect to the pods, at their own addresses and at their floating IPs'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l pull-policy -x -a 'Always IfNotPresent Never' -d 'Whether the node pulls the image, as Kubernetes has it'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l pull-secret -x -d 'A Secret of that namespace to pull the image with'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l save -x -d 'Keep what was read, without secrets, in a new folder'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l show -x -a 'all problems' -d 'Print all checks or only those with a problem (default all)'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l skip -x -d 'Leave this check or area out; may be repeated'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l strict -d 'End with exit code 11 when something could not be looked at'
complete -c fipctl -n '__fipctl_at \' doctor\'' -l suppress -x -d 'Leave out a finding about NS/POD, an address or a node; only counted'
complete -c fipctl -n '__fipctl_at \' doctor\'' -s o -l output -x -a 'table short json yaml junit markdown' -d 'Print the answer as table, wide, name, json or yaml; doctor\'s as table, short, json, yaml, junit or markdown'
complete -c fipctl -n '__fipctl_at \' doctor\'' -a '(__fipctl_arguments many pods,addresses)'

complete -c fipctl -n '__fipctl_at \' nat\'' -l debug-deadline -x -d 'When a debug pod ends by itself, whatever becomes of fipctl (default 10m; a shell: 1h)'
complete -c fipctl -n '__fipctl_at \' nat\'' -l debug-namespace -x -a '(__fipctl_live namespaces)' -d 'Where debug pods are made (default calico-node\'s namespace)'
complete -c fipctl -n '__fipctl_at \' nat\'' -l from -x -d 'Judge what \'doctor --save\' kept; no cluster is needed'
complete -c fipctl -n '__fipctl_at \' nat\'' -l image -x -d 'The debug pod\'s image (default that of the node\'s calico-node)'
complete -c fipctl -n '__fipctl_at \' nat\'' -l node-access -x -a 'auto exec pod none' -d 'How to get onto nodes'
complete -c fipctl -n '__fipctl_at \' nat\'' -l parallelism -x -d 'How many nodes to visit at once (default 8)'
complete -c fipctl -n '__fipctl_at \' nat\'' -l pull-policy -x -a 'Always IfNotPresent Never' -d 'Whether the node pulls the image, as Kubernetes has it'
complete -c fipctl -n '__fipctl_at \' nat\'' -l pull-secret -x -d 'A Secret of that namespace to pull the image with'
complete -c fipctl -n '__fipctl_at \' nat\'' -a '(__fipctl_arguments many addresses,nodes)'

complete -c fipctl -n '__fipctl_at \' node-shell\'' -l debug-deadline -x -d 'When a debug pod ends by itself, whatever becomes of fipctl (default 10m; a shell: 1h)'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -l debug-namespace -x -a '(__fipctl_live namespaces)' -d 'Where debug pods are made (default calico-node\'s namespace)'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -l image -x -d 'The debug pod\'s image (default that of the node\'s calico-node)'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -l node-access -x -a 'auto exec pod none' -d 'How to get onto nodes'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -l pull-policy -x -a 'Always IfNotPresent Never' -d 'Whether the node pulls the image, as Kubernetes has it'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -l pull-secret -x -d 'A Secret of that namespace to pull the image with'
complete -c fipctl -n '__fipctl_at \' node-shell\'' -a '(__fipctl_arguments 1 nodes)'

complete -c fipctl -n '__fipctl_at \' recover\'' -l back -d 'Take back: the pod that had it before has it'
complete -c fipctl -n '__fipctl_at \' recover\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' recover\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' recover\'' -l forward -d 'Finish: the pod that was to get it has it'
complete -c fipctl -n '__fipctl_at \' recover\'' -l lock-timeout -x -d 'How long to wait for somebody else who changes an address (default 20s)'
complete -c fipctl -n '__fipctl_at \' recover\'' -l node-is-fenced -d 'Take an address from a pod although its node is NotReady: the node is known to be powered off or isolated'
complete -c fipctl -n '__fipctl_at \' recover\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' recover\'' -l timeout -x -d 'How long a node may take to follow (default 30s)'
complete -c fipctl -n '__fipctl_at \' recover\'' -l unprotect -d 'Take a protected address; it is not any more then'
complete -c fipctl -n '__fipctl_at \' recover\'' -l unverified -d 'Write although nobody can look at the nodes: running flows may die or stay'
complete -c fipctl -n '__fipctl_at \' recover\'' -l wait -x -a 'true false' -d 'Watch the nodes until they follow (default true)'
complete -c fipctl -n '__fipctl_at \' recover\'' -a '(__fipctl_arguments many addresses)'

complete -c fipctl -n '__fipctl_at \' failover\'' -l allow-outside-pools -d 'Go on although no IP pool has the address: BIRD does not announce it'
complete -c fipctl -n '__fipctl_at \' failover\'' -l candidates -x -d 'The label selector of the pods that may have it, in the namespace of -n'
complete -c fipctl -n '__fipctl_at \' failover\'' -l dry-run -x -a 'none client server' -d 'Change nothing'
complete -c fipctl -n '__fipctl_at \' failover\'' -l error-unchanged -d 'Exit with 3 when there was nothing to change'
complete -c fipctl -n '__fipctl_at \' failover\'' -l lock-timeout -x -d 'How long to wait for somebody else who changes an address (default 20s)'
complete -c fipctl -n '__fipctl_at \' failover\'' -l node-is-fenced -d 'Take an address from a pod although its node is NotReady: the node is known to be powered off or isolated'
complete -c fipctl -n '__fipctl_at \' failover\'' -l not-ready-for -x -d 'How long the present pod must not have been Ready (default 60s)'
complete -c fipctl -n '__fipctl_at \' failover\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' failover\'' -l timeout -x -d 'How long a node may take to follow (default 30s)'
complete -c fipctl -n '__fipctl_at \' failover\'' -l unprotect -d 'Take a protected address; it is not any more then'
complete -c fipctl -n '__fipctl_at \' failover\'' -l wait -x -a 'true false' -d 'Watch the nodes until they follow (default true)'
complete -c fipctl -n '__fipctl_at \' failover\'' -a '(__fipctl_arguments 1 addresses)'

complete -c fipctl -n '__fipctl_at \' lock\'' -a break -d 'Break a lock that another run holds; asks first'
complete -c fipctl -n '__fipctl_at \' lock\'' -a list -d 'List who is changing which address, and which changes were cut off'

complete -c fipctl -n '__fipctl_at \' lock break\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'
complete -c fipctl -n '__fipctl_at \' lock break\'' -a '(__fipctl_arguments 1 addresses)'

complete -c fipctl -n '__fipctl_at \' lock list\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'

complete -c fipctl -n '__fipctl_at \' cleanup\'' -l dry-run -x -a 'none client server' -d 'Only show what would be deleted; alone it means client'
complete -c fipctl -n '__fipctl_at \' cleanup\'' -l record-namespace -x -a '(__fipctl_live namespaces)' -d 'The namespace of the locks and records of addresses (default fipctl-system)'

complete -c fipctl -n '__fipctl_at \' lab\'' -a break -d 'Reset the practice cluster, with addresses and one failure for doctor to find; without a name, list the failures'
complete -c fipctl -n '__fipctl_at \' lab\'' -a mend -d 'Reset the practice cluster, with addresses and without any failure'
complete -c fipctl -n '__fipctl_at \' lab\'' -a start -d 'Make a practice cluster: three nodes, a few pods'
complete -c fipctl -n '__fipctl_at \' lab\'' -a status -d 'Say whether there is a practice cluster, and where'
complete -c fipctl -n '__fipctl_at \' lab\'' -a stop -d 'End the practice cluster and forget it'
complete -c fipctl -n '__fipctl_at \' lab\'' -a tour -d 'Show the main job on a fresh practice cluster, with what it really prints'

complete -c fipctl -n '__fipctl_at \' lab break\'' -a 'api-trouble debug-pod-left lock-left change-cut-off datastore-locked felix-gate-off felix-gate-off-node felix-gate-env cni-gate-off cni-template-misplaced cni-gate-off-node cni-gate-text cni-gate-misplaced cni-other-plugin ebpf old-calico operator annotation-malformed value-ignored wrong-family duplicate-one-node duplicate-two-nodes service-address node-address pool-vxlan pool-not-exported pool-missing pool-open template rule-gone rule-wrong prerouting-flushed hairpin-gone rule-stale route-gone backend-left calico-node-down flow-stale forwarding-off forward-drop rp-filter route-blackhole bird-down address-in-node-network policy-deny pod-not-ready'






complete -c fipctl -n '__fipctl_at \' completion\'' -a 'bash zsh fish'


complete -c fipctl -n '__fipctl_at \' help\'' -a '(__fipctl_below)'
