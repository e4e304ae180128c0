package main

import (
	"net/netip"
	"strings"

	core "k8s.io/api/core/v1"
)

// family of addresses: Felix keeps rules and routes of each by themselves (felix/dataplane/linux/int_dataplane.go).
type family struct {
	bits     int
	flag     string
	iptables string
	nft      string
}

var (
	ipv4     = family{32, "-4", "iptables", "ip"}
	ipv6     = family{128, "-6", "ip6tables", "ip6"}
	families = []family{ipv4, ipv6}
)

// familyOf an address or a prefix, given as text.
func familyOf(text string) family {
	if strings.Contains(text, ":") {
		return ipv6
	}
	return ipv4
}

// first address of this family, or none.
func (f family) first(addresses []string) string {
	for _, address := range addresses {
		if familyOf(address) == f {
			return address
		}
	}
	return ""
}

// all addresses of this family.
func (f family) all(addresses []string) []string {
	var all []string
	for _, address := range addresses {
		if familyOf(address) == f {
			all = append(all, address)
		}
	}
	return all
}

// canonical text of an address: the one that the kernel prints.
func canonical(text string) (string, bool) {
	address, err := netip.ParseAddr(text)
	return address.String(), err == nil && address.Zone() == ""
}

// internalAddresses of a node, one of each family that it has.
func internalAddresses(node *core.Node) []string {
	var all []string
	for _, address := range node.Status.Addresses {
		if text, ok := canonical(address.Address); ok && address.Type == core.NodeInternalIP {
			all = append(all, text)
		}
	}
	return all
}
