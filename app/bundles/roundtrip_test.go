package bundles_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"grassroots/app/bundles"
	"grassroots/models/store"
)

// SizeVariable asks for the round trip of so many case studies, on each
// database. Without it there are few.
const sizeVariable = "GRASSROOTS_TEST_BUNDLE"

// TestARoundTripChangesNoByte takes a site out, brings it into an empty one on
// the other kind of database, and takes that out.
func TestARoundTripChangesNoByte(t *testing.T) {
	t.Parallel()
	size := 60
	if text := os.Getenv(sizeVariable); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{store.SQLite: store.Postgres, store.Postgres: store.SQLite} {
		t.Run(from+" to "+to, func(t *testing.T) {
			if size < 1000 {
				t.Parallel()
			}
			dir := t.TempDir()
			path := func(name string) string { return filepath.Join(dir, name) }
			first := newSite(t, from)
			timed(t, "filling", func() { first.fill(size) })
			var out bundles.Exported
			timed(t, "exporting a .zip", func() { out = first.export(path("1.zip"), everything()) })
			timed(t, "exporting a folder", func() { first.export(path("1"), everything()) })
			if out.CaseStudies != size || out.Comments < size || out.Adoptions < size/4 || out.Attachments < size/4 || out.Revisions < 2*size || out.People < 6 || out.Systems == 0 || out.Standards != 2 || out.Organisations != 1 {
				t.Errorf("taken out: %+v", out)
			}
			second := newSite(t, to)
			var report bundles.Report
			timed(t, "importing", func() { report = second.bring(path("1.zip")) })
			if report.CaseStudies[bundles.Created] != size || report.Comments != out.Comments || report.Adoptions != out.Adoptions || report.Attachments != out.Attachments {
				t.Errorf("brought in: %+v", report)
			}
			second.export(path("2.zip"), everything())
			second.export(path("2"), everything())
			sameTrees(t, path("1"), path("2"))
			a, errA := os.ReadFile(path("1.zip"))
			b, errB := os.ReadFile(path("2.zip"))
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				t.Errorf("the .zip is another: %v, %v", errA, errB)
			}
			timed(t, "importing it again", func() { report = second.bring(path("1")) })
			if report.CaseStudies[bundles.Unchanged] != size || report.Comments+report.Adoptions+report.Attachments+report.People > 0 {
				t.Errorf("brought in again: %+v", report)
			}
			if size < 1000 {
				sameState(t, first, second)
			}
		})
	}
}

// sameState compares what is derived, too: counts, ranks, facets, connections
// and HTML.
func sameState(t *testing.T, first, second *site) {
	t.Helper()
	for _, query := range []string{
		"SELECT id, slug, status, title, summary, stage, organisation, byline, tags, owner_id, revision, votes, comments, adoptions, ROUND(hot * 1000000), demo FROM case_studies ORDER BY id",
		"SELECT slug, case_study_id FROM case_study_slugs ORDER BY slug", "SELECT case_study_id, number, document, html, text, contents, editor_id, note FROM revisions ORDER BY 1, 2",
		"SELECT facet, value, case_study_id FROM case_study_facets ORDER BY 1, 2, 3", "SELECT * FROM connections ORDER BY id",
		"SELECT case_study_id, person_id FROM case_study_people ORDER BY 1, 2", "SELECT id, handle, name, email, job_title, years_experience FROM people WHERE handle <> 'import' ORDER BY id",
		"SELECT slug, name, aliases, confirmed FROM systems ORDER BY slug", "SELECT code, name, aliases, confirmed FROM standards ORDER BY code",
		"SELECT name, slug FROM system_names ORDER BY name", "SELECT name, code FROM standard_names ORDER BY name",
		"SELECT kind, id, into_id FROM merged_terms ORDER BY 1, 2",
		"SELECT code, name, studies, people FROM organisations ORDER BY code", "SELECT id, html, body FROM comments WHERE deleted_at IS NULL ORDER BY id",
		"SELECT comment_id, person_id FROM mentions ORDER BY 1, 2",
		"SELECT id, case_study_id, organisation, status, owner_id, sites, started, in_use, stopped, result, reason, figures, version FROM adoptions ORDER BY id",
		"SELECT adoption_id, number, status, person_id FROM adoption_steps ORDER BY 1, 2",
	} {
		a, b := first.rows(query), second.rows(query)
		for i := range max(len(a), len(b)) {
			if i >= len(a) || i >= len(b) || a[i] != b[i] {
				t.Errorf("%s\ngives %d and %d rows; the first that differ:\n%s\n%s", query, len(a), len(b), at(a, i), at(b, i))
				break
			}
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(none)"
}

// timed tells how long something took, and what memory it needed beside what
// was there.
func timed(t *testing.T, what string, f func()) {
	t.Helper()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, highest := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			select {
			case <-stop:
				highest <- most
				return
			case <-time.After(50 * time.Millisecond):
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapAlloc)
			}
		}
	}()
	began := time.Now()
	f()
	took := time.Since(began)
	close(stop)
	t.Logf("%s took %s, with at most %d MB of heap over the %d MB before", what, took.Round(time.Millisecond), (max(<-highest, before.HeapAlloc)-before.HeapAlloc)>>20, before.HeapAlloc>>20)
}
