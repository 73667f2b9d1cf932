package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker in a release (see the Makefile) and never
// written otherwise.
var version string

// versionCommand prints which build of the program this is.
type versionCommand struct{}

// Run prints one line.
func (versionCommand) Run(_ context.Context, env *Env) error {
	_, err := fmt.Fprintf(env.Out, "grassroots %s (%s, %s/%s)\n",
		buildVersion(version, debug.ReadBuildInfo), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion is what the linker was told, or else the commit that Go's own
// build information names, or else "unreleased".
func buildVersion(linked string, read func() (*debug.BuildInfo, bool)) string {
	if linked != "" {
		return linked
	}
	info, ok := read()
	if !ok {
		return "unreleased"
	}
	commit, changed := "", ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			changed = " with changes"
		}
	}
	if commit != "" {
		return commit[:min(12, len(commit))] + changed
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "unreleased"
}
