package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
)

// allocations: a file for each address, named by it, with the sandbox that has it.
const allocations = "/var/lib/calico/addresses"

// last: begins the names of the files with the address given last; the next pod gets the one after it, so that an address rests before it is used again.
const last = "last"

// locked runs while no other plugin of the node does.
func locked(do func() error) error {
	if err := os.MkdirAll(allocations, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(allocations, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	return do()
}

// takeAddresses: those that the pod's annotation asks for, or the next free one of each of the node's blocks.
func takeAddresses(blocks []string, requested, container string) ([]string, error) {
	var taken []string
	err := locked(func() error {
		if requested != "" {
			var wanted []string
			err := json.Unmarshal([]byte(requested), &wanted)
			if err != nil || len(wanted) == 0 || len(wanted) > 2 || len(wanted) == 2 && familyOf(wanted[0]) == familyOf(wanted[1]) {
				return fmt.Errorf("failed to parse '%s' as a list of one address or one of each family", requested)
			}
			for _, address := range wanted {
				if err := take(address, container); err != nil {
					return err
				}
				taken = append(taken, address)
			}
			return nil
		}
		for _, block := range blocks {
			address, err := takeNext(block, container)
			if err != nil {
				return err
			}
			taken = append(taken, address)
		}
		return nil
	})
	return taken, err
}

// takeNext: the address of the block that comes after the one given last, if it is free.
func takeNext(block, container string) (string, error) {
	prefix, err := netip.ParsePrefix(block)
	if err != nil {
		return "", fmt.Errorf("the node's block: %w", err)
	}
	noted := filepath.Join(allocations, fmt.Sprint(last, familyOf(block).flag))
	candidate := prefix.Addr()
	if bytes, err := os.ReadFile(noted); err == nil {
		if before, err := netip.ParseAddr(string(bytes)); err == nil && prefix.Contains(before) {
			candidate = before.Next()
		}
	}
	for range 1 << (prefix.Addr().BitLen() - prefix.Bits()) {
		if !prefix.Contains(candidate) {
			candidate = prefix.Addr()
		}
		if err := take(candidate.String(), container); err == nil {
			return candidate.String(), os.WriteFile(noted, []byte(candidate.String()), 0o644)
		}
		candidate = candidate.Next()
	}
	return "", errors.New("no address is free in " + block)
}

func take(address, container string) error {
	file, err := os.OpenFile(filepath.Join(allocations, address), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(container)
	return errors.Join(err, file.Close())
}

// addressesOf a sandbox.
func addressesOf(container string) ([]string, error) {
	entries, err := os.ReadDir(allocations)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var all []string
	for _, entry := range entries {
		if _, isAddress := netip.ParseAddr(entry.Name()); isAddress != nil {
			continue
		}
		holder, err := os.ReadFile(filepath.Join(allocations, entry.Name()))
		if err == nil && string(holder) == container {
			all = append(all, entry.Name())
		}
	}
	return all, err
}

func releaseAddresses(container string) error {
	return locked(func() error {
		held, err := addressesOf(container)
		for _, address := range held {
			err = errors.Join(err, os.Remove(filepath.Join(allocations, address)))
		}
		return err
	})
}
