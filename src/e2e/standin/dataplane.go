package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os/exec"
	"sort"
	"strings"
)

// run a program with this input; its words are in the error.
func run(input string, name string, arguments ...string) (string, error) {
	command := exec.Command(name, arguments...)
	command.Stdin = strings.NewReader(input)
	var output, complaint bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaint
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(arguments, " "), err, strings.TrimSpace(complaint.String()))
	}
	return output.String(), nil
}

// install makes the static part of the rules in this backend, and takes away what another backend has left
// (Calico does so from 3.33; before, leftovers stay and are found by its detection).
func (b backend) install(f family) error {
	for _, other := range []backend{iptablesNFT, iptablesLegacy, nftables} {
		if other != b {
			if err := other.remove(f); err != nil {
				return err
			}
		}
	}
	// The chains that rules jump to have to be there before the rules.
	static := append(append([]chain{}, addressChains(f, nil)...), staticChains...)
	if b == nftables {
		input := "add table " + f.nft + " calico\n" + nftInput(f, static)
		for _, hook := range hooks {
			input += fmt.Sprintf("add chain %s calico nat-%s { %s }\nflush chain %s calico nat-%s\n", f.nft, hook.kernel, hook.nftType, f.nft, hook.kernel)
			input += fmt.Sprintf("add rule %s calico nat-%s counter jump nat-cali-%s comment \"cali:%s;\"\n", f.nft, hook.kernel, hook.kernel, hook.hash)
		}
		_, err := run(input, "nft", "-f", "-")
		return err
	}
	present, err := run("", b.tool(f, "save"), "-t", "nat")
	if err != nil {
		return err
	}
	// The address chains stay as they are while Felix restarts.
	var missing []chain
	for _, chain := range static {
		if chain.rules != nil || !strings.Contains(present, ":"+chain.name+" ") {
			missing = append(missing, chain)
		}
	}
	var hooked []string
	for _, hook := range hooks {
		if !strings.Contains(present, "-j cali-"+hook.kernel+"\n") {
			hooked = append(hooked, fmt.Sprintf("%s %s -m comment --comment \"cali:%s\" --jump cali-%s", hook.operation, hook.kernel, hook.hash, hook.kernel))
		}
	}
	_, err = run(restoreInput(missing, hooked), b.tool(f, "restore"), "--noflush")
	return err
}

// tool: iptables-nft-save, ip6tables-legacy-restore, ….
func (b backend) tool(f family, what string) string { return f.iptables + "-" + string(b) + "-" + what }

func (b backend) remove(f family) error {
	if b == nftables {
		_, err := run("add table "+f.nft+" calico\ndelete table "+f.nft+" calico\n", "nft", "-f", "-")
		return err
	}
	// Without -t, the tables that are not there are not made.
	present, err := run("", b.tool(f, "save"))
	if err != nil || !strings.Contains(present, ":cali-") {
		return err
	}
	var deletions, chains, flushes string
	table := ""
	for _, line := range strings.Split(present, "\n") {
		switch {
		case strings.HasPrefix(line, "*"):
			table = line[1:]
		case table != "nat":
		case strings.HasPrefix(line, ":cali-"):
			name := strings.Fields(line[1:])[0]
			flushes += ":" + name + " - [0:0]\n"
			chains += "-X " + name + "\n"
		case strings.HasPrefix(line, "-A ") && !strings.HasPrefix(line, "-A cali-") && strings.Contains(line, "-j cali-"):
			deletions += "-D " + line[3:] + "\n"
		}
	}
	_, err = run("*nat\n"+flushes+deletions+chains+"COMMIT\n", b.tool(f, "restore"), "--noflush")
	return err
}

// program writes the rules of these endpoints.
func (b backend) program(f family, endpoints []endpoint) error {
	chains := addressChains(f, endpoints)
	if b == nftables {
		_, err := run(nftInput(f, chains), "nft", "-f", "-")
		return err
	}
	_, err := run(restoreInput(chains, nil), b.tool(f, "restore"), "--noflush")
	return err
}

// route as `ip -j route` prints it.
type route struct {
	Type     string `json:"type"`
	Dst      string `json:"dst"`
	Gateway  string `json:"gateway"`
	Dev      string `json:"dev"`
	Protocol string `json:"protocol"`
}

func routes(f family) ([]route, error) {
	output, err := run("", "ip", f.flag, "-j", "-N", "route", "show", "table", "main")
	if err != nil {
		return nil, err
	}
	var all []route
	return all, json.Unmarshal([]byte(output), &all)
}

// protocolKernel: of the routes that come with an interface, as fe80::/64 does.
const protocolKernel = "2"

// isEndpoint: whether it leads to a pod through its interface.
func (r route) isEndpoint() bool {
	return strings.HasPrefix(r.Dev, "cali") && r.Protocol != protocolKernel
}

// programRoutes: each endpoint's address and floating IPs lead to its interface
// (felix/dataplane/linux/endpoint_mgr.go calculateRoutes); of several interfaces the one with the highest index wins
// (felix/routetable/route_table.go). Says whether an interface is not there yet.
func programRoutes(f family, endpoints []endpoint) (bool, error) {
	missing := false
	index := map[string]int{}
	wanted := map[string]string{}
	for _, endpoint := range endpoints {
		there, err := net.InterfaceByName(endpoint.device)
		if err != nil || there.Flags&net.FlagUp == 0 {
			missing = true
			continue
		}
		index[endpoint.device] = there.Index
		for _, address := range append([]string{endpoint.address}, endpoint.floatingIPs...) {
			if present, taken := wanted[address]; !taken || index[present] < there.Index {
				wanted[address] = endpoint.device
			}
		}
	}
	present, err := routes(f)
	if err != nil {
		return missing, err
	}
	var deletions []string
	for _, route := range present {
		if !route.isEndpoint() {
			continue
		}
		if wanted[route.Dst] == route.Dev {
			delete(wanted, route.Dst)
		} else if _, moved := wanted[route.Dst]; !moved {
			deletions = append(deletions, fmt.Sprintf("route del %s dev %s", route.Dst, route.Dev))
		}
	}
	var lines []string
	for _, address := range sorted(wanted) {
		lines = append(lines, fmt.Sprintf("route replace %s dev %s scope link", address, wanted[address]))
	}
	sort.Strings(deletions)
	lines = append(lines, deletions...)
	if len(lines) == 0 {
		return missing, nil
	}
	_, err = run(strings.Join(lines, "\n")+"\n", "ip", f.flag, "-force", "-batch", "-")
	return missing, err
}
