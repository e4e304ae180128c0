package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// backend: where the rules go.
type backend string

const (
	iptablesNFT    backend = "nft"
	iptablesLegacy backend = "legacy"
	nftables       backend = "nftables"
)

// settings: those of Felix's parameters that this stand-in knows (felix/config/config_params.go).
type settings struct {
	floatingIPs     string
	iptablesBackend string
	nftablesMode    string
	ipv6Support     string
}

// parameters: their names and the values they may have, the default first.
var parameters = map[string][]string{
	"floatingIPs":     {"Disabled", "Enabled"},
	"iptablesBackend": {"Auto", "NFT", "Legacy"},
	"nftablesMode":    {"Disabled", "Enabled"},
	"ipv6Support":     {"true", "false"},
}

// effective: environment, then FelixConfiguration node.NODE, then FelixConfiguration default.
func effective(node string, configurations map[string]*unstructured.Unstructured) settings {
	return settings{
		floatingIPs:     parameter("floatingIPs", node, configurations),
		iptablesBackend: parameter("iptablesBackend", node, configurations),
		nftablesMode:    parameter("nftablesMode", node, configurations),
		ipv6Support:     parameter("ipv6Support", node, configurations),
	}
}

func parameter(name, node string, configurations map[string]*unstructured.Unstructured) string {
	sources := []string{environment(name)}
	for _, object := range []string{"node." + node, "default"} {
		value := ""
		if configuration := configurations[object]; configuration != nil {
			if set, there, _ := unstructured.NestedFieldNoCopy(configuration.Object, "spec", name); there {
				value = fmt.Sprint(set)
			}
		}
		sources = append(sources, value)
	}
	allowed := parameters[name]
	for _, value := range sources {
		if value == "" {
			continue
		}
		for _, known := range allowed {
			if strings.EqualFold(value, known) {
				return known
			}
		}
		log.Printf("Invalid value for %s: %q; using the default %s", name, value, allowed[0])
		return allowed[0]
	}
	return allowed[0]
}

// environment: FELIX_NAME in any case (felix/config/env_var_loader.go).
func environment(name string) string {
	for _, variable := range os.Environ() {
		key, value, _ := strings.Cut(variable, "=")
		if strings.EqualFold(key, "felix_"+name) {
			return value
		}
	}
	return ""
}

// families that Felix has managers for: without its support of IPv6 it does nothing for that family, and takes nothing
// away either (felix/dataplane/linux/int_dataplane.go).
func (s settings) families() []family {
	if s.ipv6Support == "true" {
		return families
	}
	return []family{ipv4}
}

func (s settings) backend() backend {
	switch {
	case s.nftablesMode == "Enabled":
		return nftables
	case s.iptablesBackend == "NFT":
		return iptablesNFT
	case s.iptablesBackend == "Legacy":
		return iptablesLegacy
	// Auto: where more rules are (felix/environment/feature_detect_linux.go).
	case rules("iptables-legacy-save") > rules("iptables-nft-save"):
		return iptablesLegacy
	default:
		return iptablesNFT
	}
}

func rules(save string) int {
	output, _ := exec.Command(save).Output()
	return strings.Count(string(output), "\n-")
}
