// Package each runs a check on every file that a command names.
package each

import (
	"errors"
	"fmt"
	"os"
)

// File checks all files named on the command line, prints what is wrong with any of them and ends with 1 if anything is.
func File(check func(file string) error) {
	files := os.Args[1:]
	problems := make([]error, len(files))
	for at, file := range files {
		problems[at] = check(file)
	}
	if len(files) == 0 {
		problems = append(problems, fmt.Errorf("usage: %s FILE...", os.Args[0]))
	}
	if err := errors.Join(problems...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
