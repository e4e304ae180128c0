// Packets for the tests: an application that says who it is, and the clients that ask it.
//
//	packets                        does nothing, as the first process of a pod's sandbox
//	packets serve                  answers TCP and UDP on port 9000 and raw IP protocol 253 with its host's name
//	packets probe PROTOCOL IP      sends one packet (tcp, udp, icmp, raw); prints who answered, fails when nobody did
//	packets flow PROTOCOL IP       one flow (tcp, udp) from one source port until a while after the end of stdin; prints
//	                               as JSON who answered and what was lost
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	port = 9000
	// RFC 3692: for experiments and tests.
	rawProtocol = 253
)

func main() {
	if len(os.Args) < 2 {
		pause()
		return
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	timeout := flags.Duration("timeout", time.Second, "how long an answer may take")
	more := flags.Duration("more", time.Second, "how long the flow runs on after the end of stdin")
	interval := flags.Duration("every", 5*time.Millisecond, "the time between two packets of the flow")
	source := flags.Int("source-port", 0, "of the flow; any")
	_ = flags.Parse(os.Args[2:])
	var err error
	switch {
	case os.Args[1] == "serve":
		err = serve()
	case os.Args[1] == "probe" && flags.NArg() == 2:
		err = probe(flags.Arg(0), flags.Arg(1), *timeout)
	case os.Args[1] == "flow" && flags.NArg() == 2:
		err = flow(flags.Arg(0), flags.Arg(1), *source, *more, *interval)
	default:
		err = fmt.Errorf("%s: not with these arguments", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "packets:", err)
	os.Exit(1)
}

func pause() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGINT, syscall.SIGTERM)
	<-end
}

func serve() error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	tcp, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
	if err != nil {
		return err
	}
	udp, err := net.ListenPacket("udp", fmt.Sprintf(":%d", port))
	if err != nil {
		return err
	}
	ended := make(chan error, 4)
	go func() { ended <- answerPackets(udp, name) }()
	for _, any := range []string{"0.0.0.0", "::"} {
		raw, err := net.ListenPacket(rawNetwork(any, rawProtocol), any)
		if err != nil {
			return err
		}
		go func() { ended <- answerPackets(raw, name) }()
	}
	go func() {
		for {
			connection, err := tcp.Accept()
			if err != nil {
				ended <- err
				return
			}
			go answerLines(connection, name)
		}
	}()
	go func() { pause(); os.Exit(0) }()
	return <-ended
}

// rawNetwork: what package net calls this protocol over the family of an address.
func rawNetwork(ip string, protocol int) string {
	if strings.Contains(ip, ":") {
		return fmt.Sprintf("ip6:%d", protocol)
	}
	return fmt.Sprintf("ip4:%d", protocol)
}

// application: where one asks it.
func application(ip string) string { return net.JoinHostPort(ip, fmt.Sprint(port)) }

func answerPackets(connection net.PacketConn, name string) error {
	buffer := make([]byte, 2000)
	for {
		n, from, err := connection.ReadFrom(buffer)
		if err != nil {
			return err
		}
		text := string(buffer[:n])
		// A raw socket also hears the answers to what its own pod has asked.
		if strings.HasPrefix(text, "answer ") {
			continue
		}
		_, _ = connection.WriteTo([]byte("answer "+name+" "+text), from)
	}
}

func answerLines(connection net.Conn, name string) {
	defer connection.Close()
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		if _, err := fmt.Fprintf(connection, "answer %s %s\n", name, lines.Text()); err != nil {
			return
		}
	}
}

func probe(protocol, ip string, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	var answer string
	var err error
	switch protocol {
	case "tcp":
		answer, err = probeTCP(ip, deadline)
	case "udp":
		answer, err = probePacket("udp", application(ip), []byte("probe"), deadline)
	case "raw":
		answer, err = probePacket(rawNetwork(ip, rawProtocol), ip, []byte("probe"), deadline)
	case "icmp":
		answer, err = probeICMP(ip, deadline)
	default:
		err = fmt.Errorf("protocol %s: tcp, udp, icmp or raw", protocol)
	}
	if err != nil {
		return err
	}
	fmt.Println(answer)
	return nil
}

func probeTCP(ip string, deadline time.Time) (string, error) {
	dialer := net.Dialer{Deadline: deadline}
	connection, err := dialer.Dial("tcp", application(ip))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	_ = connection.SetDeadline(deadline)
	if _, err := fmt.Fprintln(connection, "probe"); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return "", err
	}
	return host(line)
}

func probePacket(network, address string, message []byte, deadline time.Time) (string, error) {
	connection, err := net.Dial(network, address)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	_ = connection.SetDeadline(deadline)
	if _, err := connection.Write(message); err != nil {
		return "", err
	}
	buffer := make([]byte, 2000)
	for {
		n, _, err := connection.(net.PacketConn).ReadFrom(buffer)
		if err != nil {
			return "", err
		}
		if answer, err := host(string(buffer[:n])); err == nil {
			return answer, nil
		}
	}
}

// host: who gave an answer.
func host(answer string) (string, error) {
	words := strings.Fields(answer)
	if len(words) < 2 || words[0] != "answer" {
		return "", fmt.Errorf("not an answer: %q", answer)
	}
	return words[1], nil
}

// probeICMP prints the address: a kernel does not say its name.
func probeICMP(ip string, deadline time.Time) (string, error) {
	// RFC 792, RFC 4443: protocol number, and the types of an echo request and of its reply.
	protocol, request, reply := 1, byte(8), byte(0)
	if strings.Contains(ip, ":") {
		protocol, request, reply = 58, 128, 129
	}
	connection, err := net.Dial(rawNetwork(ip, protocol), ip)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	_ = connection.SetDeadline(deadline)
	message := make([]byte, 16)
	message[0] = request
	binary.BigEndian.PutUint16(message[4:], uint16(os.Getpid()))
	binary.BigEndian.PutUint16(message[6:], 1)
	// That of ICMPv6 covers the addresses as well: the kernel writes its own in there.
	binary.BigEndian.PutUint16(message[2:], checksum(message))
	if _, err := connection.Write(message); err != nil {
		return "", err
	}
	buffer := make([]byte, 2000)
	for {
		n, _, err := connection.(net.PacketConn).ReadFrom(buffer)
		if err != nil {
			return "", err
		}
		if n >= 8 && buffer[0] == reply && binary.BigEndian.Uint16(buffer[4:]) == uint16(os.Getpid()) {
			return ip, nil
		}
	}
}

func checksum(bytes []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(bytes); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(bytes[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// change: from this time on, in milliseconds since the start, somebody else answers, or nobody ("").
type change struct {
	At int64  `json:"at"`
	By string `json:"by"`
}

type report struct {
	Sent       int            `json:"sent"`
	Lost       int            `json:"lost"`
	AnsweredBy map[string]int `json:"answeredBy"`
	Changes    []change       `json:"changes"`
}

// flow sends numbered packets and prints at the end what came of each.
func flow(protocol, ip string, source int, more, interval time.Duration) error {
	if protocol != "udp" && protocol != "tcp" {
		return fmt.Errorf("a flow of %s: udp or tcp", protocol)
	}
	dialer := net.Dialer{Timeout: time.Second}
	if protocol == "udp" {
		dialer.LocalAddr = &net.UDPAddr{Port: source}
	} else {
		dialer.LocalAddr = &net.TCPAddr{Port: source}
	}
	connection, err := dialer.Dial(protocol, application(ip))
	if err != nil {
		return err
	}
	defer connection.Close()
	var mutex sync.Mutex
	by := map[int]string{}
	go func() {
		answers := bufio.NewReader(connection)
		buffer := make([]byte, 2000)
		for {
			var text string
			var err error
			if protocol == "tcp" {
				text, err = answers.ReadString('\n')
			} else {
				var n int
				n, err = connection.Read(buffer)
				text = string(buffer[:n])
			}
			if errors.Is(err, net.ErrClosed) || err != nil && protocol == "tcp" {
				return
			}
			var number int
			var name string
			if _, err := fmt.Sscanf(text, "answer %s %d", &name, &number); err == nil {
				mutex.Lock()
				by[number] = name
				mutex.Unlock()
			}
		}
	}()
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		time.Sleep(more)
		close(ended)
	}()
	start := time.Now()
	var times []time.Duration
	for running := true; running; {
		times = append(times, time.Since(start))
		// What cannot be sent is lost: without a route, sendto fails; without an answer, TCP's buffer is full some time.
		_ = connection.SetWriteDeadline(time.Now().Add(interval))
		_, _ = fmt.Fprintf(connection, "%d\n", len(times)-1)
		select {
		case <-ended:
			running = false
		case <-time.After(time.Until(start.Add(time.Duration(len(times)) * interval))):
		}
	}
	// The last answers are on their way.
	time.Sleep(500 * time.Millisecond)
	mutex.Lock()
	defer mutex.Unlock()
	result := report{Sent: len(times), AnsweredBy: map[string]int{}}
	for i, at := range times {
		name := by[i]
		if name == "" {
			result.Lost++
		} else {
			result.AnsweredBy[name]++
		}
		if i == 0 || name != by[i-1] {
			result.Changes = append(result.Changes, change{at.Milliseconds(), name})
		}
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
