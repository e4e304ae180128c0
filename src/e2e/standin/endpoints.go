package main

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
)

const (
	annotationFloatingIPs = "cni.projectcalico.org/floatingIPs"
	annotationPodIP       = "cni.projectcalico.org/podIP"
	annotationPodIPs      = "cni.projectcalico.org/podIPs"
	annotationContainerID = "cni.projectcalico.org/containerID"
	annotationIPAddresses = "cni.projectcalico.org/ipAddrs"
)

// endpoint: a pod's end on its node, as one family has it.
type endpoint struct {
	device      string
	address     string
	floatingIPs []string
}

// workload: the same with the addresses of both families.
type workload struct {
	device      string
	addresses   []string
	floatingIPs []string
}

// ends of the workloads that have an address of this family; floating IPs of another family count for nothing there.
func (f family) ends(of []workload) []endpoint {
	var all []endpoint
	for _, one := range of {
		if address := f.first(one.addresses); address != "" {
			all = append(all, endpoint{one.device, address, f.all(one.floatingIPs)})
		}
	}
	return all
}

// device: the host's side of a pod's interface
// (libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go).
func device(namespace, pod string) string {
	sum := sha1.Sum([]byte(namespace + "." + pod))
	return "cali" + hex.EncodeToString(sum[:])[:11]
}

// parseFloatingIPs: an error where Calico cannot convert the pod; other values that are no address are dropped in
// silence.
func parseFloatingIPs(pod *core.Pod) ([]string, error) {
	value, there := pod.Annotations[annotationFloatingIPs]
	if !there {
		return nil, nil
	}
	var parsed []string
	if err := json.Unmarshal([]byte(value), &parsed); err != nil {
		return nil, fmt.Errorf("failed to parse '%s' as JSON: %w", value, err)
	}
	var addresses []string
	for _, text := range parsed {
		if address, ok := canonical(text); ok {
			addresses = append(addresses, address)
		}
	}
	return addresses, nil
}

// hasEndpoint: whether Calico has a WorkloadEndpoint of the pod (conversion.go IsReadyCalicoPod, IsFinished).
func hasEndpoint(pod *core.Pod) bool {
	finished := pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed
	emptied, there := pod.Annotations[annotationPodIP]
	unplugged := pod.DeletionTimestamp != nil && there && emptied == ""
	return !pod.Spec.HostNetwork && !finished && !unplugged && len(podAddresses(pod)) > 0
}

// podAddresses: of each family the last address of the status, or what the CNI plugin has noted before the kubelet
// reports it.
func podAddresses(pod *core.Pod) []string {
	var reported, noted, addresses []string
	for _, entry := range pod.Status.PodIPs {
		reported = append([]string{entry.IP}, reported...)
	}
	for _, prefix := range strings.Split(pod.Annotations[annotationPodIPs], ",") {
		noted = append(noted, strings.Split(prefix, "/")[0])
	}
	for _, family := range families {
		text := family.first(reported)
		if text == "" {
			text = family.first(noted)
		}
		if address, ok := canonical(text); ok {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// patience: how long Calico keeps an endpoint whose pod it cannot read any more (five restarts of the watch, then a
// full list without it).
const patience = 2 * time.Second

// endpoints turns pods into workloads, and remembers those that it could read once.
type endpoints struct {
	known      map[string]workload
	unreadable map[string]time.Time
	// lenient: false for the first list, which skips what cannot be read.
	lenient bool
}

func newEndpoints() *endpoints {
	return &endpoints{known: map[string]workload{}, unreadable: map[string]time.Time{}}
}

// of: the workloads now, and whether one of them has to be looked at again soon.
func (e *endpoints) of(pods []*core.Pod, now time.Time, complain func(error)) ([]workload, bool) {
	again := false
	known := map[string]workload{}
	unreadable := map[string]time.Time{}
	for _, pod := range pods {
		if !hasEndpoint(pod) {
			continue
		}
		key := pod.Namespace + "/" + pod.Name
		addresses, err := parseFloatingIPs(pod)
		if err == nil {
			known[key] = workload{device(pod.Namespace, pod.Name), podAddresses(pod), addresses}
			continue
		}
		since, before := e.unreadable[key]
		if !before {
			since = now
			complain(fmt.Errorf("Error converting Kubernetes resource to Calico resource error=%w", err))
		}
		unreadable[key] = since
		last, readable := e.known[key]
		if readable && e.lenient && now.Sub(since) < patience {
			known[key] = last
			again = true
		}
	}
	e.known, e.unreadable, e.lenient = known, unreadable, true
	var all []workload
	for _, one := range known {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].device < all[j].device })
	return all, again
}
