package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os/exec"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/tools/cache"
)

const (
	// bgp: where each node offers its routes; the conversation is this stand-in's own.
	bgp        = ":179"
	birdHealth = "127.0.0.1:9098"
	// protocolBird as in /etc/iproute2/rt_protos.
	protocolBird = "12"
	// typeBlackhole as `ip -N` prints it (linux/rtnetlink.h, RTN_BLACKHOLE).
	typeBlackhole = "6"
	// gracefulRestart: how long routes stay whose node does not answer (BIRD's own is two minutes).
	gracefulRestart = 30 * time.Second
)

// speaker exchanges routes with its peers and gives them to its kernel.
type speaker struct {
	mutex sync.Mutex
	// offered to every peer: prefixes, and the next hop to each.
	offered map[string]string
	// heard from each peer.
	heard map[string]map[string]string
	peers map[string]bool
	// began: since when it runs; what changes later is told as of then too.
	began time.Time
	// since: when the conversation with each peer began; nothing of one that does not answer.
	since   map[string]time.Time
	changed chan struct{}
	wake    *sync.Cond
}

func newSpeaker() *speaker {
	s := &speaker{
		began: time.Now(),
		heard: map[string]map[string]string{}, peers: map[string]bool{}, since: map[string]time.Time{}, changed: make(chan struct{}, 1),
	}
	s.wake = sync.NewCond(&s.mutex)
	return s
}

func (s *speaker) notify() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// birdOnNode offers the node's blocks and its pods' routes, and follows the other nodes.
func birdOnNode(node string) error {
	clients, err := connect()
	if err != nil {
		return err
	}
	s := newSpeaker()
	pools := clients.watchCalico("ippools", s.changed)
	nodes := watch[*core.Node](clients.typed.CoreV1().RESTClient(), "nodes", fields.Everything(), &core.Node{}, s.changed)
	if !cache.WaitForCacheSync(make(chan struct{}), pools.informer.HasSynced, nodes.informer.HasSynced) {
		return errors.New("no list of nodes")
	}
	listener, err := net.Listen("tcp", bgp)
	if err != nil {
		return err
	}
	go s.serve(listener)
	go s.followKernel()
	go s.serveControl(ipv4)
	six := false
	go func() {
		log.Printf("bird: %v", http.ListenAndServe(birdHealth, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	}()
	for {
		var own self
		for _, one := range nodes.all() {
			if one.Name == node {
				own = self{one.Spec.PodCIDRs, internalAddresses(one)}
				if !six && ipv6.first(own.addresses) != "" {
					six = true
					go s.serveControl(ipv6)
				}
			} else if address := ipv4.first(internalAddresses(one)); address != "" {
				s.follow(address)
			}
		}
		if err := s.exchange(own, prefixes(pools)); err != nil {
			log.Print(err)
		}
		s.sleep()
	}
}

// birdOutside follows nodes from a machine that is none, as a router beside the cluster does.
func birdOutside(nodes []string) error {
	s := newSpeaker()
	for _, node := range nodes {
		s.follow(node)
	}
	for {
		if err := s.exchange(self{}, nil); err != nil {
			log.Print(err)
		}
		s.sleep()
	}
}

// sleep until something changes; BIRD's kernel protocol scans every two seconds as well.
func (s *speaker) sleep() {
	select {
	case <-s.changed:
	case <-time.After(2 * time.Second):
	}
}

// self: what a node is to its peers.
type self struct {
	blocks    []string
	addresses []string
}

// prefixes of the pools that are exported (confd's bird_ipam template): disabled ones as well.
func prefixes(pools store[*unstructured.Unstructured]) []netip.Prefix {
	var all []netip.Prefix
	for _, pool := range pools.all() {
		cidr, _, _ := unstructured.NestedString(pool.Object, "spec", "cidr")
		kept, _, _ := unstructured.NestedBool(pool.Object, "spec", "disableBGPExport")
		if prefix, err := netip.ParsePrefix(cidr); err == nil && !kept {
			all = append(all, prefix)
		}
	}
	return all
}

// exports: the block of this family, and each route to a pod's interface that lies in a pool and not in the block
// (confd's bird_aggr template).
func exports(block string, pools []netip.Prefix, kernel []route) []string {
	var offered []string
	own, err := netip.ParsePrefix(block)
	if err == nil {
		offered = append(offered, own.String())
	}
	for _, route := range kernel {
		address, err := netip.ParseAddr(route.Dst)
		if err != nil || !route.isEndpoint() || own.IsValid() && own.Contains(address) {
			continue
		}
		for _, pool := range pools {
			if pool.Contains(address) {
				offered = append(offered, route.Dst)
				break
			}
		}
	}
	sort.Strings(offered)
	return offered
}

// exchange offers what the kernel has, and gives the kernel what the peers offer.
func (s *speaker) exchange(own self, pools []netip.Prefix) error {
	kernel := map[family][]route{}
	offered := map[string]string{}
	for _, family := range families {
		present, err := routes(family)
		if err != nil {
			return err
		}
		kernel[family] = present
		if nextHop := family.first(own.addresses); nextHop != "" {
			for _, prefix := range exports(family.first(own.blocks), pools, present) {
				offered[prefix] = nextHop
			}
		}
	}
	s.mutex.Lock()
	if !reflect.DeepEqual(offered, s.offered) {
		s.offered = offered
		s.wake.Broadcast()
	}
	wanted := map[family]map[string]string{ipv4: {}, ipv6: {}}
	for _, peer := range s.sortedPeers() {
		for prefix, nextHop := range s.heard[peer] {
			if _, taken := wanted[familyOf(prefix)][prefix]; !taken {
				wanted[familyOf(prefix)][prefix] = "via " + nextHop
			}
		}
	}
	s.mutex.Unlock()
	for _, block := range own.blocks {
		wanted[familyOf(block)][block] = "blackhole"
	}
	for _, family := range families {
		if err := learn(family, wanted[family], kernel[family]); err != nil {
			return err
		}
	}
	return nil
}

// sortedPeers: of two paths, the one through the smaller address is taken.
func (s *speaker) sortedPeers() []string {
	var all []string
	for peer := range s.heard {
		all = append(all, peer)
	}
	sort.Strings(all)
	return all
}

// learn makes the kernel's routes of this protocol those that are wanted.
func learn(f family, wanted map[string]string, kernel []route) error {
	lines := changes(wanted, kernel)
	if len(lines) == 0 {
		return nil
	}
	_, err := run(strings.Join(lines, "\n")+"\n", "ip", f.flag, "-force", "-batch", "-")
	return err
}

// changes that make the kernel's routes of this protocol those that are wanted; other protocols' routes win.
func changes(wanted map[string]string, kernel []route) []string {
	var lines []string
	for _, route := range kernel {
		if route.Protocol != protocolBird {
			delete(wanted, route.Dst)
		}
	}
	for _, route := range kernel {
		if route.Protocol != protocolBird {
			continue
		}
		way := "via " + route.Gateway
		if route.Type == typeBlackhole {
			way = "blackhole"
		}
		switch wanted[route.Dst] {
		case way:
			delete(wanted, route.Dst)
		case "":
			lines = append(lines, "route del "+typed(route.Dst, way))
		default:
			lines = append(lines, "route replace "+typed(route.Dst, wanted[route.Dst]))
			delete(wanted, route.Dst)
		}
	}
	// `add` fails where Felix was quicker, which is right.
	for _, prefix := range sorted(wanted) {
		lines = append(lines, "route add "+typed(prefix, wanted[prefix]))
	}
	return lines
}

func typed(prefix, way string) string {
	if way == "blackhole" {
		return "blackhole " + prefix + " proto " + protocolBird
	}
	return prefix + " " + way + " proto " + protocolBird
}

// followKernel looks again whenever a route changes.
func (s *speaker) followKernel() {
	for {
		command := exec.Command("ip", "monitor", "route")
		output, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err == nil {
			for lines := bufio.NewScanner(output); lines.Scan(); {
				s.notify()
			}
			err = command.Wait()
		}
		log.Printf("ip monitor: %v", err)
		time.Sleep(time.Second)
	}
}

// serve tells each peer the offered routes, and again after each change.
func (s *speaker) serve(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		check(err)
		go func() {
			defer connection.Close()
			var told map[string]string
			for first := true; ; first = false {
				s.mutex.Lock()
				for !first && reflect.DeepEqual(told, s.offered) {
					s.wake.Wait()
				}
				told = s.offered
				s.mutex.Unlock()
				if err := json.NewEncoder(connection).Encode(told); err != nil {
					return
				}
			}
		}()
	}
}

// follow a peer for ever; once for each.
func (s *speaker) follow(peer string) {
	s.mutex.Lock()
	known := s.peers[peer]
	s.peers[peer] = true
	s.mutex.Unlock()
	if known {
		return
	}
	go func() {
		lost := time.Now()
		for {
			if s.listen(peer) {
				lost = time.Now()
			}
			if time.Since(lost) > gracefulRestart {
				s.hear(peer, nil)
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
}

// listen to a peer until it is gone; says whether it was there.
func (s *speaker) listen(peer string) bool {
	connection, err := net.DialTimeout("tcp", peer+bgp, time.Second)
	if err != nil {
		return false
	}
	defer connection.Close()
	s.spoken(peer, time.Now())
	defer s.spoken(peer, time.Time{})
	answers := json.NewDecoder(connection)
	for {
		var offered map[string]string
		if err := answers.Decode(&offered); err != nil {
			if !errors.Is(err, io.EOF) {
				log.Print(fmt.Errorf("peer %s: %w", peer, err))
			}
			return true
		}
		s.hear(peer, offered)
	}
}

func (s *speaker) hear(peer string, offered map[string]string) {
	s.mutex.Lock()
	s.heard[peer] = offered
	s.mutex.Unlock()
	s.notify()
}

// spoken notes since when a peer answers; the zero time when it does not.
func (s *speaker) spoken(peer string, since time.Time) {
	s.mutex.Lock()
	s.since[peer] = since
	s.mutex.Unlock()
}
