// What a test needs of Calico's node side, in the place of Calico: see README.md for what it does, where that is
// documented, and what it leaves out. One binary under several names, as its image has them.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(log.Ldate | log.Lmicroseconds)
	// A container runtime starts CNI plugins with an environment of its own choice.
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	switch name := filepath.Base(os.Args[0]); name {
	case "calico":
		cniMain(calicoPlugin)
	case "loopback":
		cniMain(loopbackPlugin)
	case "portmap":
		cniMain(portmapPlugin)
	case "install":
		check(install())
	case "birdcl", "birdcl6":
		check(birdcl(os.Args[1:]))
	default:
		node(os.Args[1:])
	}
}

// node: what the image's calico-node does, by its first argument.
func node(arguments []string) {
	role := ""
	if len(arguments) > 0 {
		role = arguments[0]
	}
	switch role {
	case "":
		supervise("-felix", "-bird")
	case "-felix":
		check(felix(os.Getenv("NODENAME")))
	case "-bird":
		check(birdOnNode(os.Getenv("NODENAME")))
	case "-bird-outside":
		check(birdOutside(arguments[1:]))
	case "-felix-ready", "-felix-live", "-bird-ready", "-bird-live":
		for _, question := range arguments {
			check(ask(question))
		}
	case "-shutdown":
	default:
		check(fmt.Errorf("unknown argument %s", role))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
