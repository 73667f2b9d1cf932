// Command bench measures the program against what its parts can do at best, on
// the machine it runs on: pages against a bare Fiber handler that returns the
// same bytes, votes against pgbench committing one row. Each pair is run in
// turn, because a machine that is shared is noisy: trust the ratios, not the
// figures. It builds 10,000 case studies in a folder of its own and leaves
// nothing behind.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "bare" { // ends by the signal itself
		fail(serveBare(os.Args[2:]))
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o := options{}
	flag.StringVar(&o.binary, "binary", "bin/grassroots", "the program to measure")
	flag.IntVar(&o.studies, "studies", 10_000, "how many case studies to build")
	flag.DurationVar(&o.each, "each", 4*time.Second, "how long one run of one side lasts")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each pair is run in turn")
	flag.IntVar(&o.clients, "clients", 32, "connections that ask at the same time")
	flag.StringVar(&o.text, "text", "../shared/data/load", "folder of texts to build from; made-up words when it is not there")
	flag.StringVar(&o.only, "only", "", "pages, votes, checks, digests or campaign, to measure nothing else")
	flag.IntVar(&o.followers, "followers", 40_000, "how many people get a digest")
	flag.Parse()
	fail(run(ctx, o))
}

type options struct {
	binary, text, only       string
	studies, rounds, clients int
	followers                int
	each                     time.Duration
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

// run builds, measures and prints the table.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "grassroots-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	fmt.Printf("Machine: %d cores, %s, %s. %d case studies; %d connections; each side %s, %d times in turn.\n\n",
		runtime.NumCPU(), cpuName(), runtime.Version(), o.studies, o.clients, o.each, o.rounds)
	if o.only == "" || o.only == "digests" {
		if err := measureDigests(ctx, o, dir); err != nil || o.only != "" {
			return err
		}
	}
	content := texts(o.text, o.studies)
	if o.only == "" || o.only == "checks" {
		if err := measureChecks(ctx, o, dir, content); err != nil || o.only != "" {
			return err
		}
	}
	if o.only == "" || o.only == "campaign" {
		if err := measureCampaign(ctx, dir, content); err != nil || o.only != "" {
			return err
		}
	}
	if o.only != "votes" {
		if err := benchPages(ctx, o, binary, dir, content); err != nil {
			return err
		}
	}
	if o.only == "pages" {
		return nil
	}
	return measureVotes(ctx, o, binary, filepath.Join(dir, "postgres"), content[:min(len(content), 500)])
}

// benchPages builds the case studies on SQLite and measures the pages.
func benchPages(ctx context.Context, o options, binary, dir string, content []text) error {
	began := time.Now()
	data := filepath.Join(dir, "sqlite")
	built, err := build(ctx, data, "", content)
	if err != nil {
		return err
	}
	fmt.Printf("Building %d case studies on SQLite, index included, took %s.\n", o.studies, time.Since(began).Round(time.Second))
	return measurePages(ctx, o, binary, data, built)
}

// cpuName is what the machine calls its processor.
func cpuName() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(raw)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}
