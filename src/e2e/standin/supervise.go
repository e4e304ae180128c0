package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// supervise runs programs side by side and starts again what ends, as runit does in Calico's image
// (node/filesystem/etc/service): Felix restarts inside its container, and BIRD runs on meanwhile.
func supervise(roles ...string) {
	for _, role := range roles {
		go func() {
			for {
				command := exec.Command("/proc/self/exe", role)
				command.Stdout, command.Stderr = os.Stdout, os.Stderr
				log.Printf("%s ended: %v", role, command.Run())
				time.Sleep(time.Second)
			}
		}()
	}
	select {}
}

const health = "127.0.0.1:9099"

// serveHealth answers as Felix does (felix/daemon, FELIX_HEALTHENABLED).
func serveHealth(ready func() bool) {
	mux := http.NewServeMux()
	mux.HandleFunc("/liveness", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/readiness", func(answer http.ResponseWriter, _ *http.Request) {
		if !ready() {
			answer.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	for {
		log.Printf("health: %v", http.ListenAndServe(health, mux))
		// Felix's forerunner may still hold the port.
		time.Sleep(100 * time.Millisecond)
	}
}

// ask: a probe's question. BIRD's are answered by the list of routes that it offers.
func ask(question string) error {
	url := map[string]string{
		"-felix-ready": "http://" + health + "/readiness",
		"-felix-live":  "http://" + health + "/liveness",
		"-bird-ready":  "http://" + birdHealth,
		"-bird-live":   "http://" + birdHealth,
	}[question]
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", question, answer.Status)
	}
	return nil
}
