package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// network: what of a CNI configuration is read (cni-plugin/pkg/types/types.go).
type network struct {
	CNIVersion     string `json:"cniVersion"`
	Nodename       string `json:"nodename"`
	MTU            int    `json:"mtu"`
	FeatureControl struct {
		FloatingIPs bool `json:"floating_ips"`
	} `json:"feature_control"`
	Policy struct {
		Type string `json:"type"`
	} `json:"policy"`
	Kubernetes struct {
		Kubeconfig string `json:"kubeconfig"`
	} `json:"kubernetes"`
	PrevResult json.RawMessage `json:"prevResult"`
}

// call: one call of a plugin.
type call struct {
	network
	command   string
	container string
	netns     string
	namespace string
	pod       string
}

// cniMain speaks the protocol: configuration on stdin, the rest in the environment, result or error on stdout.
func cniMain(plugin func(call) (any, error)) {
	result, err := func() (any, error) {
		input, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, err
		}
		if os.Getenv("CNI_COMMAND") == "VERSION" {
			return map[string]any{"cniVersion": "1.0.0", "supportedVersions": []string{"0.3.0", "0.3.1", "0.4.0", "1.0.0"}}, nil
		}
		c := call{command: os.Getenv("CNI_COMMAND"), container: os.Getenv("CNI_CONTAINERID"), netns: filepath.Base(os.Getenv("CNI_NETNS"))}
		if err := json.Unmarshal(input, &c.network); err != nil {
			return nil, fmt.Errorf("failed to load netconf: %w", err)
		}
		for _, argument := range strings.Split(os.Getenv("CNI_ARGS"), ";") {
			switch key, value, _ := strings.Cut(argument, "="); key {
			case "K8S_POD_NAMESPACE":
				c.namespace = value
			case "K8S_POD_NAME":
				c.pod = value
			}
		}
		return plugin(c)
	}()
	if err != nil {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"code": 999, "msg": err.Error()})
		os.Exit(1)
	}
	if result != nil {
		check(json.NewEncoder(os.Stdout).Encode(result))
	}
}

// loopbackPlugin: containerd calls it for every sandbox.
func loopbackPlugin(c call) (any, error) {
	if c.command != "ADD" {
		return nil, nil
	}
	_, err := run("", "ip", "-n", c.netns, "link", "set", "lo", "up")
	return result(c.CNIVersion, "lo", []string{"127.0.0.1/8"}), err
}

// portmapPlugin passes on what it got: no test needs host ports.
func portmapPlugin(c call) (any, error) {
	if c.command != "ADD" {
		return nil, nil
	}
	return c.PrevResult, nil
}

func result(version, device string, prefixes []string) any {
	var ips []any
	for _, prefix := range prefixes {
		ip := map[string]any{"address": prefix}
		if strings.HasPrefix(version, "0.") {
			ip["version"] = familyOf(prefix).flag[1:]
		}
		ips = append(ips, ip)
	}
	return map[string]any{
		"cniVersion": version,
		"interfaces": []any{map[string]any{"name": device}},
		"ips":        ips,
	}
}

func calicoPlugin(c call) (any, error) {
	switch c.command {
	case "ADD":
		return c.add()
	case "DEL":
		if _, err := net.InterfaceByName(device(c.namespace, c.pod)); err == nil && c.owns() {
			if _, err := run("", "ip", "link", "del", device(c.namespace, c.pod)); err != nil {
				return nil, err
			}
		}
		return nil, releaseAddresses(c.container)
	default:
		return nil, nil
	}
}

// owns: a late DEL of a pod's former sandbox must not unplug the present one.
func (c call) owns() bool {
	holders, err := addressesOf(c.container)
	return err == nil && len(holders) > 0
}

func (c call) add() (any, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubernetes.Kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	pod, err := client.CoreV1().Pods(c.namespace).Get(ctx, c.pod, meta.GetOptions{})
	if err != nil {
		return nil, err
	}
	if err := c.permits(pod); err != nil {
		return nil, err
	}
	node, err := client.CoreV1().Nodes().Get(ctx, c.Nodename, meta.GetOptions{})
	if err != nil {
		return nil, err
	}
	addresses, err := takeAddresses(node.Spec.PodCIDRs, pod.Annotations[annotationIPAddresses], c.container)
	if err != nil {
		return nil, errors.Join(err, releaseAddresses(c.container))
	}
	var prefixes []string
	for _, address := range addresses {
		prefixes = append(prefixes, fmt.Sprintf("%s/%d", address, familyOf(address).bits))
	}
	if err := c.plug(addresses); err != nil {
		return nil, errors.Join(err, releaseAddresses(c.container))
	}
	note, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{
		annotationContainerID: c.container,
		annotationPodIP:       prefixes[0],
		annotationPodIPs:      strings.Join(prefixes, ","),
	}}})
	if err != nil {
		return nil, err
	}
	_, err = client.CoreV1().Pods(c.namespace).Patch(ctx, c.pod, types.MergePatchType, note, meta.PatchOptions{}, "status")
	if err != nil && !apierrors.IsNotFound(err) {
		return nil, errors.Join(err, releaseAddresses(c.container))
	}
	return result(c.CNIVersion, "eth0", prefixes), nil
}

// permits: the gate (cni-plugin/pkg/k8s/k8s.go). It asks for no gate when the value is empty, and finds out later that
// it cannot be read.
func (c call) permits(pod *core.Pod) error {
	if c.Policy.Type != "k8s" {
		return nil
	}
	if pod.Annotations[annotationFloatingIPs] != "" && !c.FeatureControl.FloatingIPs {
		return errors.New("requested feature is not enabled: floating_ips")
	}
	_, err := parseFloatingIPs(pod)
	return err
}

// plug makes the pair of interfaces (cni-plugin/pkg/dataplane/linux/dataplane_linux.go): no bridge, a route to each
// address, and a next hop that the host answers for, in IPv4 by proxy ARP. In IPv6 it is the link-local address of the
// host's side, which is the same everywhere as its hardware address is.
func (c call) plug(addresses []string) error {
	host := device(c.namespace, c.pod)
	mtu := c.MTU
	if mtu == 0 {
		mtu = 1500
	}
	// A former sandbox of the pod may still have it.
	_, _ = run("", "ip", "link", "del", host)
	if _, err := run("", "ip", "link", "add", host, "mtu", fmt.Sprint(mtu), "type", "veth", "peer", "name", "eth0", "mtu", fmt.Sprint(mtu), "netns", c.netns); err != nil {
		return err
	}
	settings := map[string]string{
		"/proc/sys/net/ipv4/conf/" + host + "/proxy_arp":    "1",
		"/proc/sys/net/ipv4/conf/" + host + "/forwarding":   "1",
		"/proc/sys/net/ipv4/neigh/" + host + "/proxy_delay": "0",
	}
	inside := []string{"link set eth0 up"}
	outside := []string{"link set " + host + " address ee:ee:ee:ee:ee:ee up"}
	for _, address := range addresses {
		gateway := "169.254.1.1"
		if familyOf(address) == ipv6 {
			gateway = "fe80::ecee:eeff:feee:eeee"
			settings["/proc/sys/net/ipv6/conf/"+host+"/proxy_ndp"] = "1"
			settings["/proc/sys/net/ipv6/conf/"+host+"/forwarding"] = "1"
			// Nobody else has its address: no second of waiting for an objection.
			settings["/proc/sys/net/ipv6/conf/"+host+"/accept_dad"] = "0"
			inside = append(inside, "addr add "+address+"/128 dev eth0 nodad")
		} else {
			inside = append(inside, "addr add "+address+"/32 dev eth0", "route add "+gateway+" dev eth0 scope link")
		}
		inside = append(inside, "route add default via "+gateway+" dev eth0")
		outside = append(outside, "route replace "+address+" dev "+host+" scope link")
	}
	for setting, value := range settings {
		if err := os.WriteFile(setting, []byte(value), 0o644); err != nil {
			return err
		}
	}
	if _, err := run(strings.Join(outside, "\n")+"\n", "ip", "-batch", "-"); err != nil {
		return err
	}
	_, err := run(strings.Join(inside, "\n")+"\n", "ip", "-n", c.netns, "-batch", "-")
	return err
}
