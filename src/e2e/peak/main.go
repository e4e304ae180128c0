// Runs a command, and writes into a file how much memory its process had at most, in KiB, as the kernel counted it.
//
//	peak FILE COMMAND…
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	if len(os.Args) < 3 {
		fail(errors.New("which file, which command?"))
	}
	command := exec.Command(os.Args[2], os.Args[3:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); command.ProcessState == nil {
		fail(err)
	}
	used := command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if err := os.WriteFile(os.Args[1], []byte(fmt.Sprintln(used)), 0o644); err != nil {
		fail(err)
	}
	os.Exit(command.ProcessState.ExitCode())
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peak:", err)
	os.Exit(125)
}
