package bundles_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"grassroots/app/bundles"
	"grassroots/app/casestudies"
	"grassroots/app/comments"
	"grassroots/models"
	"grassroots/models/store"
)

// pair is two sites on one kind of database, and a folder for what goes
// between them.
type pair struct {
	here, there *site
	author      *models.Person
	dir         string
	n           int
}

func pairs(t *testing.T, f func(t *testing.T, p *pair)) {
	t.Helper()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			p := &pair{here: newSite(t, dialect), there: newSite(t, dialect), dir: t.TempDir()}
			p.author = p.here.person(t.Context(), 1)
			f(t, p)
		})
	}
}

// send takes everything from one site to the other.
func (p *pair) send(from, to *site) bundles.Report {
	p.n++
	path := filepath.Join(p.dir, fmt.Sprintf("%d.zip", p.n))
	from.export(path, everything())
	return to.bring(path)
}

func (p *pair) same(t *testing.T) {
	t.Helper()
	p.n++
	a, b := filepath.Join(p.dir, fmt.Sprint(p.n, "a")), filepath.Join(p.dir, fmt.Sprint(p.n, "b"))
	p.here.export(a, everything())
	p.there.export(b, everything())
	sameTrees(t, a, b)
}

func (s *site) write(p *models.Person, title, body string) models.CaseStudy {
	s.t.Helper()
	cs, err := s.CaseStudies.Create(s.t.Context(), p, casestudies.Publication{Document: models.Document{Title: title, Stage: models.StageIdea, Body: body,
		Authors: []models.Author{{Name: p.Name, Handle: p.Handle, Email: p.Email}}}})
	s.must(err)
	return cs
}

// edit changes the text of a case study, at a time if one is given.
func (s *site) edit(p *models.Person, id, body string, at ...time.Time) models.CaseStudy {
	s.t.Helper()
	cs, err := s.store.CaseStudy(s.t.Context(), id)
	s.must(err)
	pub := casestudies.Publication{ID: id, Document: cs.Document, Base: cs.Revision}
	pub.Document.Body = body
	if len(at) > 0 {
		pub.Updated = at[0]
	}
	s.must(s.store.SetEditors(s.t.Context(), id, []string{p.ID}))
	cs, err = s.CaseStudies.Revise(s.t.Context(), p, pub)
	s.must(err)
	return cs
}

func (s *site) say(p *models.Person, id, body string) string {
	s.t.Helper()
	in := comments.ImportedComment{ID: s.store.NewID(), CaseStudyID: id, AuthorID: p.ID, Kind: models.Question, Body: body, Created: s.store.Now()}
	_, err := s.Comments.Import(s.t.Context(), in)
	s.must(err)
	return in.ID
}

func (s *site) study(id string) models.CaseStudy {
	s.t.Helper()
	cs, err := s.store.CaseStudy(s.t.Context(), id)
	s.must(err)
	return cs
}

func wantOutcome(t *testing.T, r bundles.Report, want bundles.Outcome, more string) {
	t.Helper()
	if r.CaseStudies[want] != 1 || len(r.CaseStudies) != 1 || !strings.Contains(r.Sentence(), more) {
		t.Errorf("it was %+v, not %s with %q", r, want, more)
	}
}

func TestWhatGoesOnElsewhereFollows(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		cs := p.here.write(p.author, "Letters", "First.")
		said, gone := p.here.say(p.author, cs.ID, "How?"), p.here.say(p.author, cs.ID, "Why?")
		wantOutcome(t, p.send(p.here, p.there), bundles.Created, "2 comments, 0 attachments and 1 people new")
		p.same(t)
		p.here.edit(p.author, cs.ID, "Second.")
		p.here.edit(p.author, cs.ID, "Third.")
		p.here.say(p.author, cs.ID, "Where?")
		p.here.attach(ctx, p.author, cs.ID, 1)
		c, err := p.here.store.Comment(ctx, said)
		p.here.must(err)
		c.Body = "How so?"
		p.here.must(p.here.store.EditComment(ctx, &c, nil))
		p.here.must(p.here.store.DeleteComment(ctx, gone))
		wantOutcome(t, p.send(p.here, p.there), bundles.Updated, "3 comments, 2 attachments")
		p.same(t)
		if got := p.there.study(cs.ID); got.Revision != 3 || got.Body != "Third." || got.Comments != 2 || !strings.Contains(got.HTML, "Third.") {
			t.Errorf("there it is %+v", got)
		}
		wantOutcome(t, p.send(p.here, p.there), bundles.Unchanged, "0 comments")
		if _, err := p.here.CaseStudies.Withdraw(ctx, p.author, cs.ID, ""); err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, p.send(p.here, p.there), bundles.Updated, "0 comments")
		if got := p.there.study(cs.ID); got.Status != models.Withdrawn {
			t.Errorf("there it is %s", got.Status)
		}
		p.same(t)
		// Brought back there later, it stays so.
		if _, err := p.there.CaseStudies.BringBack(ctx, &models.Person{ID: p.author.ID}, cs.ID); err != nil {
			t.Fatal(err)
		}
		p.there.must(p.there.store.SetStatusAt(ctx, cs.ID, models.Published, p.here.store.Now()))
		wantOutcome(t, p.send(p.here, p.there), bundles.Unchanged, "0 comments")
	})
}

func TestTheLaterOfTwoTextsWins(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		cs := p.here.write(p.author, "Letters", "First.")
		p.send(p.here, p.there)
		there := p.there.person(t.Context(), 2)
		day := func(n int) time.Time { return time.Date(2026, 5, n, 0, 0, 0, 0, time.UTC) }
		p.here.edit(p.author, cs.ID, "Said here.", day(1))
		p.there.edit(there, cs.ID, "Said there, later.", day(2))
		p.there.say(there, cs.ID, "Heard only there.")
		wantOutcome(t, p.send(p.here, p.there), bundles.Kept, "1 kept as changed here")
		if got := p.there.study(cs.ID); got.Body != "Said there, later." || got.Revision != 2 || got.Comments != 1 {
			t.Errorf("there it is %+v", got)
		}
		p.here.edit(p.author, cs.ID, "Said here, latest.", day(3))
		for _, want := range []bundles.Outcome{bundles.Updated, bundles.Unchanged} {
			wantOutcome(t, p.send(p.here, p.there), want, "0 comments")
		}
		got := p.there.study(cs.ID)
		if got.Body != "Said here, latest." || got.Revision != 3 || got.Comments != 1 || !got.UpdatedAt.Equal(day(3)) {
			t.Errorf("there it is %+v", got)
		}
		v, err := p.there.store.Revision(t.Context(), cs.ID, 3)
		if err != nil || v.EditorID != p.author.ID || v.Note != "Imported" {
			t.Errorf("its last revision is %+v, %v", v, err)
		}
		// What is of before changes nothing.
		old := filepath.Join(p.dir, "1.zip")
		wantOutcome(t, p.there.bring(old), bundles.Unchanged, "0 comments")
	})
}

func TestADeletedCommentStaysDeleted(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		cs := p.here.write(p.author, "Letters", "First.")
		id := p.here.say(p.author, cs.ID, "Too much said.")
		p.send(p.here, p.there)
		p.there.must(p.there.store.DeleteComment(t.Context(), id))
		wantOutcome(t, p.send(p.here, p.there), bundles.Unchanged, "0 comments")
		if c, err := p.there.store.Comment(t.Context(), id); err != nil || c.Body != "" || c.DeletedAt == nil {
			t.Errorf("it is %+v, %v", c, err)
		}
	})
}

func TestABundleWithoutAddressesLosesNone(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		cs := p.here.write(p.author, "Letters", "First.")
		p.here.say(p.author, cs.ID, "How?")
		for _, c := range []struct {
			name string
			o    bundles.ExportOptions
		}{{"with", everything()}, {"without", bundles.ExportOptions{}}} {
			dir := filepath.Join(p.dir, c.name)
			p.here.export(dir, c.o)
			has := false
			for _, content := range tree(t, dir) {
				has = has || strings.Contains(content, "@nhs.net")
			}
			if has != c.o.Emails {
				t.Errorf("%s: there are addresses: %v", c.name, has)
			}
		}
		without := filepath.Join(p.dir, "without")
		wantOutcome(t, p.here.bring(without), bundles.Unchanged, "0 comments")
		p.there.bring(without)
		again := filepath.Join(p.dir, "again")
		p.there.export(again, bundles.ExportOptions{})
		sameTrees(t, without, again)
		if got, err := p.there.store.PersonByID(ctx, p.author.ID); err != nil || !strings.HasSuffix(got.Email, "@imported.invalid") {
			t.Errorf("there the author is %+v, %v", got, err)
		}
		// A later text from there has no address to take away.
		p.there.edit(p.author, cs.ID, "Second.")
		p.there.export(filepath.Join(p.dir, "back"), everything())
		wantOutcome(t, p.here.bring(filepath.Join(p.dir, "back")), bundles.Updated, "0 comments")
		if got := p.here.study(cs.ID); got.Body != "Second." || got.Authors[0].Email != p.author.Email {
			t.Errorf("here it is %+v", got.Document)
		}
	})
}

func TestPeopleAndAddressesThatAreTaken(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		other := p.here.person(ctx, 2)
		cs := p.here.write(p.author, "Letters", "First.")
		id := p.here.say(other, cs.ID, "What do you say, @colleague-1?")
		taken := p.there.person(ctx, 7)
		taken.Handle = p.author.Handle // who is somebody else there
		p.there.must(p.there.store.UpdatePerson(ctx, taken))
		known := models.Person{ID: p.there.store.NewID(), Handle: "known-there", Name: "Known", Email: other.Email, CreatedAt: p.there.store.Now()}
		p.there.must(p.there.store.CreatePerson(ctx, &known))
		mine := p.there.write(taken, "Letters", "Another of the same title.")
		wantOutcome(t, p.send(p.here, p.there), bundles.Created, "1 comments, 0 attachments and 1 people new")
		got := p.there.study(cs.ID)
		if got.Slug != "letters-2" || mine.Slug != "letters" || got.OwnerID != p.author.ID {
			t.Errorf("there it is at %s, of %s", got.Slug, got.OwnerID)
		}
		if author, err := p.there.store.PersonByID(ctx, p.author.ID); err != nil || author.Handle != "colleague-1-2" {
			t.Errorf("the author is %+v, %v", author, err)
		}
		c, err := p.there.store.Comment(ctx, id)
		if err != nil || c.AuthorID != known.ID || strings.Contains(c.HTML, "<a") {
			t.Errorf("the comment is %+v, %v", c, err)
		}
		if mentions := p.there.rows("SELECT person_id FROM mentions"); len(mentions) != 1 || mentions[0] != p.author.ID {
			t.Errorf("mentioned are %v", mentions)
		}
		wantOutcome(t, p.send(p.here, p.there), bundles.Unchanged, "0 people")
	})
}

func TestTheAccountForImportsIsOneOnEachSite(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		importer, err := p.here.Importer(ctx)
		p.here.must(err)
		cs := p.here.write(importer, "Letters", "First.")
		theirs, err := p.there.Importer(ctx)
		p.there.must(err)
		wantOutcome(t, p.send(p.here, p.there), bundles.Created, "0 people new")
		if got := p.there.study(cs.ID); got.OwnerID != theirs.ID {
			t.Errorf("there it is of %s", got.OwnerID)
		}
		empty := newSite(t, p.here.store.Dialect())
		p.send(p.here, empty)
		if again, err := empty.Importer(ctx); err != nil || again.ID != importer.ID {
			t.Errorf("the account is %+v, %v", again, err)
		}
	})
}

// TestWhatFailsInTheEndLeavesNothing has a bundle that is right by itself, with
// the id of a comment that is another's here.
func TestWhatFailsInTheEndLeavesNothing(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		cs := p.here.write(p.author, "Letters", "First.")
		id := p.here.say(p.author, cs.ID, "How?")
		p.here.attach(ctx, p.author, cs.ID, 1)
		path := filepath.Join(p.dir, "x.zip")
		p.here.export(path, everything())
		there := p.there.person(ctx, 2)
		other := p.there.write(there, "Another", "Text.")
		in := comments.ImportedComment{ID: id, CaseStudyID: other.ID, AuthorID: there.ID, Kind: models.Question, Body: "Mine.", Created: p.there.store.Now()}
		_, err := p.there.Comments.Import(ctx, in)
		p.there.must(err)
		before := p.there.state()
		i, err := p.there.Bundles.Check(ctx, path, nil)
		p.there.must(err)
		defer i.Close()
		p.there.must(i.StoreFiles(ctx))
		if _, err := i.Apply(ctx, nil); models.KindOf(err) != models.Conflict {
			t.Errorf("it says %v", err)
		}
		p.there.must(i.DropFiles(ctx))
		if p.there.state() != before {
			t.Error("something was changed")
		}
	})
}

func TestAnExportOfAPart(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		var list []models.CaseStudy
		for i, code := range []string{"RR8", "RR8", "RJ1", "RJ1", "RR8"} {
			doc := models.Document{Title: fmt.Sprint("Study ", i), Stage: models.StageIdea, Body: "Text.", Organisation: code}
			cs, err := p.here.CaseStudies.Create(ctx, p.author, casestudies.Publication{Document: doc})
			p.here.must(err)
			list = append(list, cs)
		}
		since := p.here.store.Now()
		p.here.edit(p.author, list[1].ID, "Changed.")
		p.here.say(p.author, list[2].ID, "How?")
		if _, err := p.here.CaseStudies.Withdraw(ctx, p.author, list[4].ID, ""); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			filter store.ExportFilter
			want   []int
		}{
			"all":                    {store.ExportFilter{}, []int{0, 1, 2, 3, 4}},
			"of one organisation":    {store.ExportFilter{Organisation: "RR8"}, []int{0, 1, 4}},
			"since a time":           {store.ExportFilter{Since: since}, []int{1, 2, 4}},
			"both":                   {store.ExportFilter{Since: since, Organisation: "RJ1"}, []int{2}},
			"what is published":      {store.ExportFilter{Organisation: "RR8", PublishedOnly: true}, []int{0, 1}},
			"of an unheard-of place": {store.ExportFilter{Organisation: "ZZZ"}, nil},
		} {
			dir := filepath.Join(p.dir, name)
			out := p.here.export(dir, bundles.ExportOptions{ExportFilter: c.filter})
			if out.CaseStudies != len(c.want) || out.Organisation != c.filter.Organisation || (out.Since == nil) != c.filter.Since.IsZero() {
				t.Errorf("%s: %+v", name, out.Manifest)
			}
			for _, n := range c.want {
				if _, err := os.Stat(filepath.Join(dir, "case-studies", list[n].ID, "record.json")); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if i, err := p.there.Bundles.Check(ctx, dir, nil); err != nil {
				t.Errorf("%s: %v", name, err)
			} else {
				_ = i.Close()
			}
		}
	})
}

// TestAMissingFileIsSaidAndLeftOut keeps a site whose uploads are damaged from
// being a prison.
func TestAMissingFileIsSaidAndLeftOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.SQLite)
	p := s.person(t.Context(), 1)
	cs := s.write(p, "Letters", "First.")
	s.attach(t.Context(), p, cs.ID, 1)
	files, err := s.store.Attachments(t.Context(), cs.ID)
	s.must(err)
	s.must(s.files.Delete(t.Context(), files[0].SHA256))
	to, err := archiveIn(t)
	s.must(err)
	out, err := s.Bundles.Export(t.Context(), to, everything())
	if err != nil || len(out.Missing) != 1 || !strings.HasPrefix(out.Missing[0], files[0].ID) || out.Attachments != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestEverySiteStartsWithTermsThatTravel holds the lists to the rules of
// bundles.
func TestEverySiteStartsWithTermsThatTravel(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.SQLite)
	there := newSite(t, store.SQLite)
	systems, err := s.store.Systems(t.Context())
	s.must(err)
	standards, err := s.store.Standards(t.Context())
	s.must(err)
	p := s.person(t.Context(), 1)
	for i := 0; i < max(len(systems), len(standards)); i += 50 {
		doc := models.Document{Title: fmt.Sprint("Study ", i), Stage: models.StageIdea, Body: "Text."}
		for n := i; n < i+50; n++ {
			m, d := &systems[n%len(systems)], standards[n%len(standards)]
			doc.Connections = append(doc.Connections, models.Connection{From: m.Name, To: m.Name, Standard: d.Code})
			m.Kind, d.Kind = m.Kind+" here", d.Kind+" here"
			s.must(s.store.SaveSystem(t.Context(), *m))
			s.must(s.store.SaveStandard(t.Context(), d))
		}
		_, err := s.CaseStudies.Create(t.Context(), p, casestudies.Publication{Document: doc})
		s.must(err)
	}
	dir := t.TempDir() + "/x"
	if out := s.export(dir, everything()); out.Systems != len(systems) || out.Standards != len(standards) {
		t.Errorf("%d of %d systems, %d of %d standards", out.Systems, len(systems), out.Standards, len(standards))
	}
	there.bring(dir)
	there.export(dir+"2", everything())
	sameTrees(t, dir, dir+"2")
}

// A copy of a case study of another instance is no case study of whoever gets
// it in a bundle, and what is said there about it is of use where it is.
func TestCopiesStayCopies(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		copied := func(s *site, origin string) func(cs models.CaseStudy) {
			o := models.Origin{ID: s.store.NewID(), URL: origin, Trusted: "{}", AddedAt: s.store.Now()}
			s.must(s.store.AddOrigin(ctx, &o))
			return func(cs models.CaseStudy) {
				s.must(s.store.SaveCopy(ctx, store.SavedCopy{CaseStudyID: cs.ID, OriginID: o.ID, URL: origin + "/case-studies/x", Revision: 1}))
			}
		}
		own, foreign := p.here.write(p.author, "Ours", "Text."), p.here.write(p.author, "Theirs", "Text.")
		from := copied(p.here, "https://elsewhere.example")
		from(foreign)
		r := p.send(p.here, p.there)
		if r.CaseStudies[bundles.Created] != 1 || r.CaseStudies[bundles.Elsewhere] != 1 || !strings.Contains(r.Sentence(), "1 left out as copies of other instances") {
			t.Fatalf("%+v: %s", r, r.Sentence())
		}
		if _, err := p.there.store.CaseStudy(ctx, foreign.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the copy is there: %v", err)
		}
		if p.there.study(own.ID).Copy != nil {
			t.Error("what is no copy has become one")
		}
		// Of one that is there as a copy, too, only the comments are taken.
		again := p.there.write(p.there.person(ctx, 2), "Both", "Said there.")
		copied(p.there, "https://elsewhere.example")(again)
		p.send(p.there, p.here) // left out, and its people are known
		p.here.must(p.here.store.AddKept(ctx, &models.CaseStudy{Document: models.Document{Title: "Both", Stage: models.StageIdea, Body: "Said here."}},
			store.KeptCaseStudy{ID: again.ID, Slug: "both", Status: models.Published, OwnerID: p.author.ID, Revision: 1, CreatedAt: again.CreatedAt, UpdatedAt: again.UpdatedAt.Add(time.Hour), PublishedAt: again.PublishedAt}))
		p.here.must(p.here.store.AddKeptRevisions(ctx, []store.KeptRevision{{Revision: models.Revision{CaseStudyID: again.ID, Number: 1, Document: models.Document{Title: "Both", Stage: models.StageIdea, Body: "Said here."},
			EditorID: p.author.ID, CreatedAt: again.UpdatedAt.Add(time.Hour)}}}))
		from(p.here.study(again.ID))
		p.here.say(p.author, again.ID, "Heard here.")
		p.send(p.here, p.there)
		if got := p.there.study(again.ID); got.Body != "Said there." || got.Revision != 1 || got.Comments != 1 {
			t.Errorf("there it is %+v", got)
		}
	})
}

// What an instance gets back as somebody else's copy of its own is its own
// still, and only what they said of it is new.
func TestAnInstanceKnowsItsOwn(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		cs := p.there.write(p.there.person(ctx, 2), "Ours", "Said at the origin.")
		p.send(p.there, p.here)
		o := models.Origin{ID: p.here.store.NewID(), URL: "http://grassroots.test", Trusted: "{}", AddedAt: p.here.store.Now()}
		p.here.must(p.here.store.AddOrigin(ctx, &o))
		p.here.edit(p.author, cs.ID, "Changed where it is a copy.", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
		p.here.must(p.here.store.SaveCopy(ctx, store.SavedCopy{CaseStudyID: cs.ID, OriginID: o.ID, URL: o.URL + "/case-studies/ours", Revision: 1}))
		p.here.say(p.author, cs.ID, "Heard at the copy.")
		p.here.must(p.here.store.SetStatusAt(ctx, cs.ID, models.Withdrawn, p.here.store.Now()))
		p.send(p.here, p.there)
		if got := p.there.study(cs.ID); got.Body != "Said at the origin." || got.Status != models.Published || got.Copy != nil || got.Comments != 1 {
			t.Errorf("there it is %+v", got)
		}
	})
}
