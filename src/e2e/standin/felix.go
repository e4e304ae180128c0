package main

import (
	"context"
	"log"
	"os"
	"reflect"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/tools/cache"
)

// configurationChanged: Felix's exit code for it (felix/daemon/daemon.go).
const configurationChanged = 129

// felix keeps the rules and routes of a node's pods, until its settings change.
func felix(node string) error {
	clients, err := connect()
	if err != nil {
		return err
	}
	var ready atomic.Bool
	go serveHealth(ready.Load)
	changed := make(chan struct{}, 1)
	configurations := clients.watchCalico("felixconfigurations", changed)
	pods := watch[*core.Pod](
		clients.typed.CoreV1().RESTClient(), "pods", fields.OneTermEqualSelector("spec.nodeName", node), &core.Pod{}, changed)
	if !cache.WaitForCacheSync(context.Background().Done(), configurations.informer.HasSynced, pods.informer.HasSynced) {
		return context.Canceled
	}
	started := effective(node, configurationsByName(configurations))
	backend := started.backend()
	log.Printf("Parsed value for FloatingIPs: %s; rules go to %s", started.floatingIPs, backend)
	for _, family := range started.families() {
		if err := backend.install(family); err != nil {
			return err
		}
	}
	known := newEndpoints()
	var programmed []workload
	var refresh time.Time
	for {
		if now := effective(node, configurationsByName(configurations)); now != started {
			log.Printf("Configuration value changed; change DOES require Felix to restart. old=%v new=%v", started, now)
			time.Sleep(2 * time.Second)
			log.Print("Exiting for config change")
			os.Exit(configurationChanged)
		}
		wanted, again := known.of(pods.all(), time.Now(), func(err error) { log.Print(err) })
		if started.floatingIPs != "Enabled" {
			for i := range wanted {
				wanted[i].floatingIPs = nil
			}
		}
		if !ready.Load() || time.Now().After(refresh) || !reflect.DeepEqual(wanted, programmed) {
			missing, err := program(backend, started.families(), wanted)
			if err != nil {
				log.Print(err)
			}
			again = again || missing || err != nil
			programmed = wanted
			refresh = time.Now().Add(time.Minute)
			if again {
				refresh = time.Time{}
			}
			ready.Store(ready.Load() || err == nil)
		}
		pause := time.Minute
		if again {
			pause = 50 * time.Millisecond
		}
		select {
		case <-changed:
		case <-time.After(pause):
		}
	}
}

// program the rules and routes of these families; says whether an interface is not there yet.
func program(backend backend, families []family, wanted []workload) (bool, error) {
	missing := false
	for _, family := range families {
		ends := family.ends(wanted)
		if err := backend.program(family, ends); err != nil {
			return missing, err
		}
		absent, err := programRoutes(family, ends)
		if err != nil {
			return missing, err
		}
		missing = missing || absent
	}
	return missing, nil
}

func configurationsByName(of store[*unstructured.Unstructured]) map[string]*unstructured.Unstructured {
	byName := map[string]*unstructured.Unstructured{}
	for _, configuration := range of.all() {
		byName[configuration.GetName()] = configuration
	}
	return byName
}
