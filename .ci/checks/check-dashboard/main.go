// check-dashboard reads Grafana dashboards with the types that Grafana generates from its own schemas, the options of
// each kind of panel and query included: a field that there is not, a wrong type or a broken bound is an error.
package main

import (
	"errors"
	"fmt"
	"os"

	"checks/internal/each"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	each.File(func(file string) error {
		if err := check(file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		return nil
	})
}

func check(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var read dashboard.Dashboard
	if err := found(read.UnmarshalJSONStrict(text)); err != nil {
		return err
	}
	return found(read.Validate())
}

// found is nothing for a list of errors that is empty, which is an error as well.
func found(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}
