package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// page is one kind of page to measure. aim is the share of the bare handler's
// requests a second that it is meant to reach; 0 for none.
type page struct {
	name string
	aim  float64
	next func(base string) func(n uint64) request
}

// get makes the same request again and again.
func get(path string, header map[string]string) func(string) func(uint64) request {
	return func(base string) func(uint64) request {
		r := request{"GET", base + path, header}
		return func(uint64) request { return r }
	}
}

// around goes through paths in turn.
func around(paths []string, header map[string]string) func(string) func(uint64) request {
	return func(base string) func(uint64) request {
		return func(n uint64) request { return request{"GET", base + paths[n%uint64(len(paths))], header} }
	}
}

func pages(b built) []page {
	br := map[string]string{"Accept-Encoding": "gzip, deflate, br"}
	in := map[string]string{"Accept-Encoding": "gzip, deflate, br", "Cookie": "grassroots_session=" + b.cookie}
	var details, searches []string
	for i := range 5000 {
		details = append(details, "/case-studies/"+b.slugs[i%len(b.slugs)])
	}
	for _, a := range []string{"treatment", "tax", "school", "inherited", "symptoms", "hospital", "pension", "cancer", "railway", "diagnosis"} {
		for _, c := range []string{"children", "nurses", "screening", "payments", "people", "vaccine", "law", "insurance", "drugs", "road"} {
			searches = append(searches, "/case-studies?q="+a+"+"+c)
		}
	}
	return []page{
		{"list, anonymous", 0.5, get("/case-studies", br)},
		{"detail, anonymous", 0.5, get(details[0], br)},
		{"search, anonymous, one query", 0, get(searches[0], br)},
		{"detail, anonymous, 5,000 different", 0, around(details, br)},
		{"search, anonymous, 100 different", 0, around(searches, br)},
		{"list, signed in", 0.15, get("/case-studies", in)},
		{"detail, signed in", 0, get(details[0], in)},
	}
}

// measurePages runs each page against the bare handler with the same bytes.
func measurePages(ctx context.Context, o options, binary, data string, b built) error {
	program, err := start(ctx, "/readyz", []string{"GRASSROOTS_DATA_DIR=" + data}, binary, "serve")
	if err != nil {
		return err
	}
	defer program.stop()
	select {
	case <-time.After(5 * time.Second): // idle, with the background jobs running
	case <-ctx.Done():
		return ctx.Err()
	}
	fmt.Printf("Start with %d case studies: %s until ready (aim: 500ms). Idle memory: %.0f MB (aim: 150).\n\n", o.studies, program.started.Round(time.Millisecond), program.resident())
	fmt.Println("| page | bytes | bare: a second, p50, p99 | Grassroots: a second, p50, p99 | ratio | aim |")
	fmt.Println("| --- | ---: | --- | --- | ---: | ---: |")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, p := range pages(b) {
		if err := measurePage(ctx, o, self, data, program, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	fmt.Printf("\nMemory after the load: %.0f MB.\n\n", program.resident())
	return nil
}

func measurePage(ctx context.Context, o options, self, data string, program *server, p page) error {
	next := p.next(program.url)
	if _, err := record(ctx, next(0)); err != nil { // the first makes what is kept
		return err
	}
	kept, err := record(ctx, next(0))
	if err != nil {
		return err
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	file := filepath.Join(data, "answer.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return err
	}
	bare, err := start(ctx, "/", nil, self, "bare", file)
	if err != nil {
		return err
	}
	defer bare.stop()
	var ours, theirs []figures
	for range o.rounds {
		f, err := load(ctx, o.clients, o.each, p.next(bare.url))
		if err != nil {
			return err
		}
		theirs = append(theirs, f)
		if f, err = load(ctx, o.clients, o.each, next); err != nil {
			return err
		}
		ours = append(ours, f)
	}
	t, u := mean(theirs), mean(ours)
	aim := ""
	if p.aim > 0 {
		aim = fmt.Sprintf("%.2f", p.aim)
	}
	fmt.Printf("| %s | %d | %s | %s | %.2f | %s |\n", p.name, len(kept.Body), t, u, u.perSecond/t.perSecond, aim)
	return nil
}

// mean is the mean of runs; the slowest hundredth is that of the worst run.
func mean(runs []figures) figures {
	var m figures
	for _, r := range runs {
		m.perSecond += r.perSecond / float64(len(runs))
		m.p50 += r.p50 / time.Duration(len(runs))
		m.p99 = max(m.p99, r.p99)
	}
	return m
}

// String writes the figures of a table's cell.
func (f figures) String() string {
	return fmt.Sprintf("%.0f, %s, %s", f.perSecond, f.p50.Round(10*time.Microsecond), f.p99.Round(100*time.Microsecond))
}
