package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	"grassroots/models/store/storetest/pgserver"
)

// voterCounts are how many connections vote at the same time, and how many
// clients pgbench has: some, and a crowd.
var voterCounts = []int{16, 64}

// measureVotes votes on many and on one case study through the API, on a
// Postgres that commits to disk, against pgbench inserting one row into the
// same server.
func measureVotes(ctx context.Context, o options, binary, dir string, content []text) error {
	pg, err := pgserver.StartDurable(ctx)
	if errors.Is(err, pgserver.ErrMissing) {
		fmt.Println("Votes were not measured:", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer pg.Stop()
	b, err := build(ctx, dir, pg.URL, content)
	if err != nil {
		return err
	}
	program, err := start(ctx, "/readyz", []string{"GRASSROOTS_DATA_DIR=" + dir, "GRASSROOTS_DATABASE_URL=" + pg.URL, "GRASSROOTS_BASE_URL=http://127.0.0.1",
		"GRASSROOTS_SECRET=0123456789abcdef0123456789abcdef"}, binary, "serve")
	if err != nil {
		return err
	}
	defer program.stop()
	fmt.Println("| votes, on Postgres | pgbench, one row a commit: a second | Grassroots: a second, p50, p99 | ratio | aim |")
	fmt.Println("| --- | ---: | --- | ---: | ---: |")
	for _, voters := range voterCounts {
		for _, kind := range []struct {
			name    string
			studies []string
		}{{"on many case studies", b.ids}, {"on one case study", b.ids[:1]}} {
			var ours []figures
			theirs := 0.0
			for range o.rounds {
				n, err := pgbench(ctx, o, voters, pg.URL, dir)
				if err != nil {
					return err
				}
				theirs += n / float64(o.rounds)
				f, err := load(ctx, voters, o.each, voting(program.url, b.tokens, kind.studies))
				if err != nil {
					return err
				}
				ours = append(ours, f)
			}
			m := mean(ours)
			fmt.Printf("| %d at a time %s | %.0f | %s | %.2f | 0.50 |\n", voters, kind.name, theirs, m, m.perSecond/theirs)
		}
	}
	return nil
}

// voting makes votes that each change something: a person votes the first time
// that their turn comes for a case study, and takes the vote back the next.
// Votes that follow one another are for different case studies, if there are
// several.
func voting(base string, tokens, studies []string) func(uint64) request {
	of, voters := uint64(len(studies)), uint64(len(tokens))
	return func(n uint64) request {
		method := "PUT"
		if n/(of*voters)%2 == 1 {
			method = "DELETE"
		}
		return request{method, base + "/api/v1/case-studies/" + studies[n%of] + "/vote", map[string]string{"Authorization": "Bearer " + tokens[n/of%voters]}}
	}
}

var perSecond = regexp.MustCompile(`tps = ([0-9.]+) \(without`)

// pgbench commits one row a transaction for as long as a run lasts.
func pgbench(ctx context.Context, o options, voters int, address, dir string) (float64, error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	script := filepath.Join(dir, "one-row.sql")
	if err := os.WriteFile(script, []byte("INSERT INTO bench_rows (n) VALUES (1);\n"), 0o644); err != nil {
		return 0, err
	}
	common := []string{"-h", u.Hostname(), "-p", u.Port(), "-U", u.User.Username()}
	table := exec.CommandContext(ctx, "psql", append(common, "-d", "postgres", "-qc", "CREATE TABLE IF NOT EXISTS bench_rows (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INT)")...)
	table.Stderr = nil
	if out, err := table.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("psql: %w: %s", err, out)
	}
	out, err := exec.CommandContext(ctx, "pgbench", append(common, "-n", "-M", "prepared", "-c", strconv.Itoa(voters), "-j", "2", "-T", strconv.Itoa(int(o.each.Seconds())), "-f", script, "postgres")...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	found := perSecond.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench did not say how fast it was: %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
