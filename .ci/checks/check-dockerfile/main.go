// check-dockerfile lints Dockerfiles as `docker build --check` does, with BuildKit's own rules, the experimental ones
// included; base images are taken to be there, so it needs neither a daemon nor a registry.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"checks/internal/each"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerui"
	digest "github.com/opencontainers/go-digest"
)

const anyImage = `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"},"config":{}}`

// anyRegistry has every image.
type anyRegistry struct{}

func (anyRegistry) ResolveImageConfig(
	_ context.Context, ref string, _ sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	return ref, digest.FromString(anyImage), []byte(anyImage), nil
}

func main() {
	each.File(check)
}

func check(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	source := llb.NewSourceMap(nil, file, "Dockerfile", text)
	source.Definition = &llb.Definition{}
	results, err := dockerfile2llb.DockerfileLint(context.Background(), text, dockerfile2llb.ConvertOpt{
		Config:       dockerui.Config{LinterConfig: &linter.Config{ExperimentalAll: true}},
		SourceMap:    source,
		MetaResolver: anyRegistry{},
	})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var problems []error
	if results.Error != nil {
		problems = append(problems, fmt.Errorf("%s: %s", file, results.Error.Message))
	}
	for _, warning := range results.Warnings {
		problems = append(problems, fmt.Errorf("%s: %s: %s", file, warning.RuleName, warning.Detail))
	}
	return errors.Join(problems...)
}
