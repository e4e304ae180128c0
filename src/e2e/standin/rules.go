package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
)

// rule: a chain's rule, in both languages.
type rule struct {
	iptables string
	nft      string
}

// chain of the table nat.
type chain struct {
	name  string
	rules []rule
}

// hashes as Felix chains them over a chain's name and its rules up to each (felix/generictables/rules.go).
func (c chain) hashes() []string {
	sum := sha256.Sum224([]byte(c.name))
	var hashes []string
	for _, rule := range c.rules {
		sum = sha256.Sum224(append(sum[:], fmt.Sprintf("-A %s HASH %s", c.name, rule.iptables)...))
		hashes = append(hashes, base64.RawURLEncoding.EncodeToString(sum[:])[:16])
	}
	return hashes
}

// staticChains: felix/rules/static.go, of the table nat.
var staticChains = []chain{
	{"cali-PREROUTING", []rule{jump("cali-fip-dnat")}},
	{"cali-OUTPUT", []rule{jump("cali-fip-dnat")}},
	{"cali-POSTROUTING", []rule{jump("cali-fip-snat"), jump("cali-nat-outgoing")}},
	{"cali-nat-outgoing", nil},
}

// hooks: the kernel's chains, and how Calico's are reached from each. POSTROUTING's rule is appended, the others are
// inserted; the hashes are those that felix/fv/cali-iptables-dump.txt has.
var hooks = []struct{ kernel, operation, hash, nftType string }{
	{"PREROUTING", "-I", "6gwbT8clXdHdC1b1", "type nat hook prerouting priority dstnat; policy accept;"},
	{"OUTPUT", "-I", "tVnHkvAo15HuiPy0", "type nat hook output priority 110; policy accept;"},
	{"POSTROUTING", "-A", "0i8pjzKKPyA34aQD", "type nat hook postrouting priority srcnat + 10; policy accept;"},
}

func jump(target string) rule {
	return rule{"--jump " + target, "counter jump nat-" + target}
}

// addressChains: felix/dataplane/linux/floating_ip_mgr.go and felix/rules/nat.go. Of two pods with one address, the
// address that is smaller as a text gets it; a pod that asks itself is answered by its textually smallest address.
func addressChains(f family, endpoints []endpoint) []chain {
	target := map[string]string{}
	for _, endpoint := range endpoints {
		for _, address := range endpoint.floatingIPs {
			if present, there := target[address]; !there || endpoint.address < present {
				target[address] = endpoint.address
			}
		}
	}
	own := map[string]string{}
	for address, pod := range target {
		if present, there := own[pod]; !there || address < present {
			own[pod] = address
		}
	}
	dnat, snat := chain{name: "cali-fip-dnat"}, chain{name: "cali-fip-snat"}
	for _, address := range sorted(target) {
		dnat.rules = append(dnat.rules, rule{
			fmt.Sprintf("--destination %s --jump DNAT --to-destination %s", address, target[address]),
			fmt.Sprintf("%s daddr %s counter dnat to %s", f.nft, address, target[address]),
		})
	}
	for _, pod := range sorted(own) {
		snat.rules = append(snat.rules, rule{
			fmt.Sprintf("--destination %s --source %s --jump SNAT --to-source %s --random-fully", pod, pod, own[pod]),
			fmt.Sprintf("%s daddr %s %s saddr %s counter snat to %s fully-random", f.nft, pod, f.nft, pod, own[pod]),
		})
	}
	return []chain{dnat, snat}
}

func sorted(of map[string]string) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// restoreInput: what iptables-restore --noflush makes these chains of, in one transaction.
func restoreInput(chains []chain, hooked []string) string {
	var text strings.Builder
	text.WriteString("*nat\n")
	for _, chain := range chains {
		fmt.Fprintf(&text, ":%s - [0:0]\n", chain.name)
	}
	for _, line := range hooked {
		fmt.Fprintln(&text, line)
	}
	for _, chain := range chains {
		hashes := chain.hashes()
		for i, rule := range chain.rules {
			fmt.Fprintf(&text, "-A %s -m comment --comment \"cali:%s\" %s\n", chain.name, hashes[i], rule.iptables)
		}
	}
	text.WriteString("COMMIT\n")
	return text.String()
}

// nftInput: the same for nft -f.
func nftInput(f family, chains []chain) string {
	var text strings.Builder
	for _, chain := range chains {
		fmt.Fprintf(&text, "add chain %s calico nat-%s\nflush chain %s calico nat-%s\n", f.nft, chain.name, f.nft, chain.name)
	}
	for _, chain := range chains {
		hashes := chain.hashes()
		for i, rule := range chain.rules {
			fmt.Fprintf(&text, "add rule %s calico nat-%s %s comment \"cali:%s;\"\n", f.nft, chain.name, rule.nft, hashes[i])
		}
	}
	return text.String()
}
