package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"sort"
	"strings"
	"time"
)

// birdControl: where BIRD of each family is asked (node/filesystem/etc/service/available/bird/run, bird6/run).
var birdControl = map[family]string{ipv4: "/var/run/calico/bird.ctl", ipv6: "/var/run/calico/bird6.ctl"}

// birdBanner: what birdcl prints first, of Calico's BIRD.
const birdBanner = "BIRD v0.3.3+birdv1.6.8 ready.\n"

// birdcl asks BIRD as its namesake does: birdcl -s SOCKET show protocols|route all.
func birdcl(arguments []string) error {
	if len(arguments) < 3 || arguments[0] != "-s" {
		return errors.New("usage: birdcl -s SOCKET COMMAND")
	}
	connection, err := net.Dial("unix", arguments[1])
	if err != nil {
		fmt.Println("Unable to connect to server control socket")
		os.Exit(1)
	}
	defer connection.Close()
	fmt.Fprintln(connection, strings.Join(arguments[2:], " "))
	_, err = io.Copy(os.Stdout, connection)
	return err
}

// serveControl answers birdcl of a family, one question for each connection.
func (s *speaker) serveControl(f family) {
	path := birdControl[f]
	// A forerunner's socket stays on the node when it ends.
	_ = os.Remove(path)
	listener, err := net.Listen("unix", path)
	check(err)
	for {
		connection, err := listener.Accept()
		check(err)
		go func() {
			defer connection.Close()
			question, err := bufio.NewReader(connection).ReadString('\n')
			if err == nil {
				var answer string
				if answer, err = s.answer(f, strings.TrimSpace(question)); err == nil {
					_, err = io.WriteString(connection, birdBanner+answer)
				}
			}
			if err != nil {
				log.Printf("birdcl: %v", err)
			}
		}()
	}
}

func (s *speaker) answer(f family, question string) (string, error) {
	switch {
	case strings.HasPrefix(question, "show protocols"):
		return s.protocols(), nil
	case strings.HasPrefix(question, "show route"):
		kernel, err := routes(f)
		return s.known(f, kernel), err
	default:
		return "syntax error\n", nil
	}
}

// mesh: the name that Calico's template gives the session with another node
// (confd/etc/calico/confd/templates/bird.cfg.template).
func mesh(peer string) string { return "Mesh_" + strings.ReplaceAll(peer, ".", "_") }

// clock: how BIRD writes when something began.
func clock(at time.Time) string { return at.Format(time.TimeOnly) }

// protocols: the sessions, those that do not answer as well (bird, nest/proto.c).
func (s *speaker) protocols() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var text strings.Builder
	text.WriteString("name     proto    table    state  since       info\n")
	fmt.Fprintf(&text, "kernel1  Kernel   master   up     %s    \n\n", clock(s.began))
	var peers []string
	for peer := range s.peers {
		peers = append(peers, peer)
	}
	sort.Strings(peers)
	for _, peer := range peers {
		state, session, since := "up", "Established", s.since[peer]
		if since.IsZero() {
			state, session, since = "start", "Connect", s.began
		}
		fmt.Fprintf(&text, "%s BGP      master   %-6s %s    %s\n", mesh(peer), state, clock(since), session)
		fmt.Fprintf(&text, "  BGP state:          %s\n    Neighbor address: %s\n\n", session, peer)
	}
	return text.String()
}

// known: what the kernel has from others, and what the peers offer (bird, nest/rt-table.c).
func (s *speaker) known(f family, kernel []route) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	began := clock(s.began)
	var text strings.Builder
	for _, route := range kernel {
		if address, err := netip.ParseAddr(route.Dst); err == nil && route.isEndpoint() {
			fmt.Fprintf(&text, "%s/%d    dev %s [kernel1 %s] * (10)\n", address, address.BitLen(), route.Dev, began)
		}
	}
	for _, peer := range s.sortedPeers() {
		for _, prefix := range sorted(s.heard[peer]) {
			if familyOf(prefix) != f {
				continue
			}
			via := s.heard[peer][prefix]
			if !strings.Contains(prefix, "/") {
				prefix = fmt.Sprintf("%s/%d", prefix, f.bits)
			}
			fmt.Fprintf(&text, "%s    via %s on eth0 [%s %s] * (100/0) [i]\n", prefix, via, mesh(peer), began)
		}
	}
	return text.String()
}
