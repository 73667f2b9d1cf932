package bundles_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/bundles"
	"grassroots/app/casestudies"
	"grassroots/app/comments"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/bundle"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
	"grassroots/search"
)

// site is a whole application on a database of its own, without a search
// engine.
type site struct {
	*app.App
	t     testing.TB
	store *store.Store
	queue *jobs.Queue
	files *uploads.Store
}

// ticking is a clock that goes on a little each time that somebody looks, so
// that no two times are the same and none is of whole seconds.
func ticking() func() time.Time {
	var ticks atomic.Int64
	start := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	return func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * 1_000_123 * time.Microsecond / 1000) }
}

func newSite(t testing.TB, dialect string) *site {
	t.Helper()
	st := storetest.NewOn(t, dialect, storetest.WithNow(ticking()))
	if err := st.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	log := slog.New(slog.DiscardHandler)
	queue := jobs.New(st, jobs.Config{Logger: log, Now: st.Now})
	post, err := mail.New(st, queue, mail.Config{From: "site@grassroots.test", Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(app.Deps{Config: web.Config{BaseURL: "http://grassroots.test", Secret: []byte("a secret that only the tests know"), Version: "test"},
		Store: st, Index: search.Away{}, Queue: queue, Mail: post, Uploads: files, Assets: &assets.Assets{}, Log: log, Now: st.Now})
	return &site{App: a, t: t, store: st, queue: queue, files: files}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// person makes one of the people of the tests. Every third says little.
func (s *site) person(ctx context.Context, n int) *models.Person {
	s.t.Helper()
	p := models.Person{ID: s.store.NewID(), Handle: fmt.Sprintf("colleague-%d", n), Name: fmt.Sprintf("Colleague Ŵ %d", n),
		Email: fmt.Sprintf("colleague.%d@nhs.net", n), CreatedAt: s.store.Now(), Grants: []models.Grant{{Role: models.RoleMember}}}
	if n%3 > 0 {
		years := n % 5
		p.JobTitle, p.StaffGroup, p.Organisation, p.YearsExperience = "Ward manager", "Nursing and Midwifery Registered", "RR8", &years
	}
	s.must(s.store.CreatePerson(ctx, &p))
	return &p
}

// fill posts n case studies with everything that there can be on them.
func (s *site) fill(n int) {
	s.t.Helper()
	ctx := s.t.Context()
	_, _, err := s.store.SaveOrganisation(ctx, models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust",
		Region: "North East and Yorkshire", Successors: []string{"RXX"}, Opened: ptr(time.Date(1998, 4, 1, 0, 0, 0, 0, time.UTC)), Named: true})
	s.must(err)
	var people []*models.Person
	s.must(s.store.Tx(ctx, func(ctx context.Context) error {
		people = nil
		for i := range max(6, n/20) {
			people = append(people, s.person(ctx, i))
		}
		return nil
	}))
	// A moderator has changed a system that every site starts with, and people
	// have named one that none has.
	known, err := s.store.Systems(ctx)
	s.must(err)
	changed := known[0]
	changed.Aliases = append(changed.Aliases, "What we call it here")
	s.must(s.store.SaveSystem(ctx, changed))
	s.merge("system", "systmone", known[1].Slug)
	for from := 0; from < n; from += 100 {
		s.must(s.store.Tx(ctx, func(ctx context.Context) error {
			for i := from; i < min(n, from+100); i++ {
				s.post(ctx, people, changed.Name, i)
			}
			return nil
		}))
	}
	if n > 7 { // a moderator tidies up what people named
		s.merge("system", "home-made-5", "home-made-6")
		s.merge("standard", "own-0", "own-1")
	}
}

// merge makes a term another name for a second one.
func (s *site) merge(kind, into, from string) {
	s.t.Helper()
	a, err := s.store.Term(s.t.Context(), kind, from)
	s.must(err)
	b, err := s.store.Term(s.t.Context(), kind, into)
	s.must(err)
	s.must(s.store.MergeTerms(s.t.Context(), store.Merge{Kind: kind, From: a.ID, Into: b.ID, FromVersion: a.Version, IntoVersion: b.Version}))
}

func ptr[T any](v T) *T { return &v }

// post posts one case study. What is on it depends on its number.
func (s *site) post(ctx context.Context, people []*models.Person, system string, i int) {
	s.t.Helper()
	who := func(n int) *models.Person { return people[n%len(people)] }
	doc := models.Document{Title: fmt.Sprintf("Letters %d: by <MESH> & more", i%50), Summary: "Fewer calls.", Stage: models.Stages()[i%5], Organisation: []string{"RR8", "ZZ9", ""}[i%3],
		Authors:  []models.Author{{Name: who(i).Name, Handle: who(i).Handle, Email: who(i).Email}, {Name: who(i + 1).Name, Handle: who(i + 1).Handle}, {Name: "Somebody Else", Email: "else@nhs.net", Role: "Clerk"}},
		Settings: []string{"Acute"}, Tags: []string{"letters", fmt.Sprintf("tag %d", i%17)},
		Connections: []models.Connection{{From: system, To: "SystmOne", Standard: "hl7-v2", Version: "2.4", Site: "RGT"}, {From: fmt.Sprintf("Home-made %d", i%7), To: "Paper", Standard: fmt.Sprintf("own-%d", i%3)}},
		Benefits:    []models.Benefit{{Measure: "Time", Before: ptr(2880.5), After: ptr(6.0), Sample: ptr(0)}},
		Extra:       map[string]any{"board_paper": map[string]any{"number": float64(i), "seen": []any{nil, true, "yes"}}},
		Body:        fmt.Sprintf("## Problem\n\nLetter %d was **typed twice**.\n\n%s\n\n- [x] done\n", i, strings.Repeat("They went by post, and some got lost on the way. ", 10+i%30))}
	cs, err := s.CaseStudies.Create(ctx, who(i), casestudies.Publication{Document: doc, Note: "First"})
	s.must(err)
	for r := range i % 4 {
		doc := cs.Document
		doc.Body += fmt.Sprintf("\n\nAdded %d.", r)
		if r == 1 {
			doc.Title = fmt.Sprintf("Renamed %d", i%40)
		}
		cs, err = s.CaseStudies.Revise(ctx, who(i+1), casestudies.Publication{ID: cs.ID, Document: doc, Base: cs.Revision, Note: strings.Repeat("Again ", r)})
		s.must(err)
	}
	for v := range i % 5 {
		_, err := s.CaseStudies.Vote(ctx, who(v), cs.ID, true)
		s.must(err)
	}
	s.discuss(ctx, people, cs.ID, i)
	s.adopt(ctx, people, cs.ID, i)
	if i%4 == 1 {
		s.attach(ctx, who(i), cs.ID, i)
	}
	if i%11 == 3 {
		_, err := s.CaseStudies.Withdraw(ctx, who(i), cs.ID, "")
		s.must(err)
	}
	if i%22 == 3 {
		_, err := s.CaseStudies.BringBack(ctx, who(i), cs.ID)
		s.must(err)
	}
}

func (s *site) discuss(ctx context.Context, people []*models.Person, id string, i int) {
	s.t.Helper()
	top := ""
	for c := range i % 6 {
		in := comments.ImportedComment{ID: s.store.NewID(), CaseStudyID: id, AuthorID: people[(i+c)%len(people)].ID, Kind: models.CommentKinds()[c%4],
			Body: fmt.Sprintf("Is it so, @%s? @nobody\n\n> %d & <b>\u2028", people[(i+c+1)%len(people)].Handle, c), Official: c == 3, Created: s.store.Now()}
		if c%3 == 1 {
			in.ParentID = top
		} else {
			top = in.ID
		}
		_, err := s.Comments.Import(ctx, in)
		s.must(err)
		switch c {
		case 2:
			kept, err := s.store.Comment(ctx, in.ID)
			s.must(err)
			kept.Body, kept.HTML = "Changed.", "<p>Changed.</p>"
			s.must(s.store.EditComment(ctx, &kept, nil))
		case 4:
			s.must(s.store.DeleteComment(ctx, in.ID))
		}
	}
}

// adopt has organisations adopt a case study, and go through some statuses.
func (s *site) adopt(ctx context.Context, people []*models.Person, id string, i int) {
	s.t.Helper()
	for n := range i % 3 {
		a := models.Adoption{ID: s.store.NewID(), CaseStudyID: id, Organisation: []string{"RWY", "RZ1"}[n], Status: models.AdoptionInterested, OwnerID: people[i%len(people)].ID,
			Sites: "Ward 12 & <b>", Figures: figures(i), Demo: i%7 == 0, CreatedAt: s.store.Now()}
		s.must(s.store.AddAdoption(ctx, &a, people[(i+1)%len(people)].ID))
		for _, status := range models.AdoptionStatuses()[1 : 1+i%5] {
			a.Status, a.Result = status, "Fewer calls\n\nand \u2028 less paper"
			if a.Reason = ""; status == models.AdoptionStopped {
				a.Reason = "Too dear"
			}
			s.must(a.Validate(s.store.Now()))
			s.must(s.store.ChangeAdoption(ctx, &a, people[i%len(people)].ID))
		}
	}
}

// figures are what some adoptions say in figures, others not.
func figures(i int) (f models.AdoptionFigures) {
	if i%2 == 0 {
		return f
	}
	before, now, sample, pounds := 0.1+float64(i), 1e-7, i, int64(i)
	f.Measures = []models.AdoptionMeasure{{Repeats: "Calls <b>", Name: "Calls & letters", Unit: "a day", Better: "lower", Baseline: &before, Result: &now, Sample: &sample, From: "2026-01-01", To: "2026-01-31", Method: "Counted"},
		{Name: "Waits", Better: "higher", Expected: &before, Series: "2026-01-01,1\n2026-01-02,2"}}
	f.Money = models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{OneOff: &pounds, Cash: &pounds}, Known: models.KnownClaim, How: "Reckoned"}
	return f
}

// attach attaches a picture of its own and a text that others have, too.
func (s *site) attach(ctx context.Context, p *models.Person, id string, i int) {
	s.t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	img.Set(i%8, i/8%8, color.NRGBA{uint8(i), uint8(i >> 8), 200, 255})
	var picture bytes.Buffer
	s.must(png.Encode(&picture, img))
	for name, content := range map[string][]byte{"Ward 7 – board.png": picture.Bytes(), "leaflet.pdf": []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")} {
		kept, err := s.files.Add(ctx, bytes.NewReader(content), 0)
		s.must(err)
		s.must(s.store.AddAttachment(ctx, models.Attachment{ID: s.store.NewID(), CaseStudyID: id, FileName: name, ContentType: kept.ContentType, Size: kept.Size,
			SHA256: kept.SHA256, Alt: "What the board shows", UploadedBy: p.ID, CreatedAt: s.store.Now(), Published: true}))
	}
}

// export takes everything out and gives where it is.
func (s *site) export(path string, o bundles.ExportOptions) bundles.Exported {
	s.t.Helper()
	to, err := archive.Create(path, bundle.Layout())
	s.must(err)
	defer to.Abort()
	out, err := s.Bundles.Export(s.t.Context(), to, o)
	s.must(err)
	if len(out.Missing) > 0 {
		s.t.Fatalf("missing: %v", out.Missing)
	}
	return out
}

// archiveIn begins a bundle in a folder of the test's own.
func archiveIn(t *testing.T) (*archive.Writer, error) {
	t.Helper()
	return archive.Create(filepath.Join(t.TempDir(), "x"), bundle.Layout())
}

func everything() bundles.ExportOptions { return bundles.ExportOptions{Emails: true} }

// bring imports a bundle, after it was asked what that would do.
func (s *site) bring(path string) bundles.Report {
	s.t.Helper()
	ctx := s.t.Context()
	i, err := s.Bundles.Check(ctx, path, nil)
	s.must(err)
	defer i.Close()
	before := ""
	if _, small := s.t.(*testing.T); small && i.CaseStudies() < 200 {
		before = s.state()
	}
	plan, err := i.Plan(ctx, nil)
	s.must(err)
	if before != "" && s.state() != before {
		s.t.Error("the plan changed something")
	}
	s.must(i.StoreFiles(ctx))
	done, err := i.Apply(ctx, nil)
	s.must(err)
	if fmt.Sprint(plan) != fmt.Sprint(done) {
		s.t.Errorf("it was to be %+v and was %+v", plan, done)
	}
	return done
}

// state is everything that a site keeps, as text: to tell whether it changed.
func (s *site) state() string {
	s.t.Helper()
	var b strings.Builder
	ctx := s.t.Context()
	s.must(s.store.View(ctx, func(ctx context.Context) error {
		for _, table := range []string{"organisations", "systems", "system_names", "standards", "standard_names", "merged_terms", "people", "grants", "case_studies", "case_study_slugs", "revisions",
			"case_study_facets", "case_study_people", "attachments", "votes", "comments", "mentions", "connections", "search_changes", "settings"} {
			var rows []map[string]any
			if err := s.store.DB(ctx).Table(table).Find(&rows).Error; err != nil {
				return err
			}
			lines := make([]string, len(rows))
			for i, r := range rows {
				lines[i] = fmt.Sprint(table, r)
			}
			slices.Sort(lines)
			b.WriteString(strings.Join(lines, "\n") + "\n")
		}
		return nil
	}))
	s.must(s.files.Each(ctx, func(sum string, size int64) error {
		_, err := fmt.Fprintln(&b, sum, size)
		return err
	}))
	return b.String()
}

// rows gives the rows of a query as texts.
func (s *site) rows(query string) []string {
	s.t.Helper()
	rows, err := s.store.DB(s.t.Context()).Raw(query).Rows()
	s.must(err)
	defer rows.Close()
	names, err := rows.Columns()
	s.must(err)
	var out []string
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		s.must(rows.Scan(into...))
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				values[i] = string(v)
			case float64:
				values[i] = int64(v)
			case int64:
				if names[i] == "demo" || names[i] == "confirmed" {
					values[i] = v != 0
				}
			}
		}
		out = append(out, fmt.Sprint(values...))
	}
	s.must(rows.Err())
	return out
}

// sameTrees holds two folders to the same files with the same bytes.
func sameTrees(t testing.TB, a, b string) {
	t.Helper()
	x, y := tree(t, a), tree(t, b)
	for name, content := range x {
		if other, ok := y[name]; !ok || other != content {
			t.Fatalf("%s is\n%.2000s\nand then\n%.2000s", name, content, other)
		}
	}
	if len(x) != len(y) {
		t.Fatalf("%d files, then %d", len(x), len(y))
	}
}

func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
