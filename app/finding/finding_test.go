package finding_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/finding"
	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// bench is a site with search alone, and what is needed to fill it.
type bench struct {
	*apptest.App
	t       *testing.T
	finding *finding.Feature
	queue   *jobs.Queue
	owner   models.Person
}

// each runs a test on both databases.
func each(t *testing.T, f func(t *testing.T, b *bench), options ...apptest.Option) {
	t.Helper()
	t.Parallel()
	var mu sync.Mutex
	made := map[*web.Site]*bench{}
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		b := &bench{queue: jobs.New(site.Store, jobs.Config{Logger: site.Log, Now: site.Now})}
		b.finding = finding.New(site, b.queue, finding.CaseStudies{
			Documents: func(ctx context.Context) iter.Seq2[search.Document, error] { return studies(ctx, site.Store) },
			Find:      site.Store.ListCaseStudies,
		})
		mu.Lock()
		defer mu.Unlock()
		made[site] = b
		return []apptest.Routes{apptest.APIOnly(b.finding)}
	}, func(t *testing.T, a *apptest.App) {
		mu.Lock()
		b := made[a.Site]
		mu.Unlock()
		b.App, b.t = a, t
		b.owner = apptest.Person(t, a.Store, apptest.Named("zzz", "Zzz"))
		f(t, b)
	}, options...)
}

// studies stands in for the documents of the case studies' own feature.
func studies(ctx context.Context, st *store.Store) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		ids, err := st.PublishedIDs(ctx, "", 1000)
		list, listErr := st.SummariesByID(ctx, ids)
		if err != nil || listErr != nil {
			yield(search.Document{}, fmt.Errorf("%w %w", err, listErr))
			return
		}
		for _, s := range list {
			if !yield(document(s), nil) {
				return
			}
		}
	}
}

func document(s models.Summary) search.Document {
	return search.Document{Kind: search.KindCaseStudy, ID: s.ID, Title: s.Title, Summary: s.Summary, URL: "/case-studies/" + s.Slug, Published: s.PublishedAt}
}

func (b *bench) study(title, summary string) models.CaseStudy {
	b.t.Helper()
	b.Clock.Move(time.Second)
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Summary: summary, Stage: models.StageIdea, Body: "We did it.", Language: "en"}}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	if !b.away() {
		s := models.Summary{ID: cs.ID, Title: cs.Title, Summary: cs.Summary, Slug: cs.Slug, PublishedAt: cs.CreatedAt}
		if err := b.Site.Index.Upsert(b.t.Context(), document(s)); err != nil {
			b.t.Fatal(err)
		}
	}
	return cs
}

func (b *bench) away() bool { _, ok := b.Site.Index.(search.Away); return ok }

func (b *bench) organisation(o models.Organisation) {
	b.t.Helper()
	if _, _, err := b.Store.SaveOrganisation(b.t.Context(), o); err != nil {
		b.t.Fatal(err)
	}
}

// sweep gives the index what has changed.
func (b *bench) sweep() int {
	b.t.Helper()
	n, err := b.finding.IndexTouched(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

type hit struct{ Kind, ID, Title, URL, Highlight string }

type found struct {
	Hits       []hit
	Total      int
	NextCursor *string `json:"next_cursor"`
	TookMS     *int64  `json:"took_ms"`
	Degraded   bool
}

func (b *bench) search(q string, more ...string) found {
	b.t.Helper()
	var f found
	b.Client(b.t).Get("/api/v1/search?q=" + url.QueryEscape(q) + strings.Join(more, "")).Want(http.StatusOK).JSON(&f)
	if f.Hits == nil || f.TookMS == nil {
		b.t.Fatalf("search for %q has no hits or no took_ms: %+v", q, f)
	}
	for i := range f.Hits { // whether neighbours are marked together or apart is the same to a reader
		f.Hits[i].Highlight = strings.ReplaceAll(f.Hits[i].Highlight, "</mark> <mark>", " ")
	}
	return f
}

// wantFirst fails the test unless the best match is this one.
func (b *bench) wantFirst(q string, want hit) {
	b.t.Helper()
	f := b.search(q)
	if len(f.Hits) == 0 || f.Hits[0] != want {
		b.t.Errorf("%q finds %+v, want first %+v", q, f.Hits, want)
	}
}

func (b *bench) wantNone(q string) {
	b.t.Helper()
	if f := b.search(q); len(f.Hits) != 0 {
		b.t.Errorf("%q finds %+v, want nothing", q, f.Hits)
	}
}

func TestEveryKindIsFoundMisspeltToo(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.study("Discharge letters reach the GP in minutes", "Sent by MESH.")
		b.organisation(models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust"})
		amina := apptest.Person(t, b.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.Organisation, p.JobTitle = "RR8", "Ward manager" })
		must(t, b.Store.SaveSystem(t.Context(), models.System{Slug: "ppm-plus", Name: "PPM+", Supplier: "Leeds", Aliases: []string{"Patient Pathway Manager"}, Confirmed: true}))
		must(t, b.Store.SaveStandard(t.Context(), models.Standard{Code: "hl7-v2", Name: "HL7 version 2", Publisher: "HL7 International", Confirmed: true}))
		b.sweep()

		at := func(path string) string { return apptest.BaseURL + path }
		b.wantFirst("disharge leters", hit{"case-study", cs.ID, cs.Title, at("/case-studies/" + cs.Slug), "<mark>Discharge letters</mark> reach the GP in minutes"})
		b.wantFirst("Amina Yusof", hit{"person", amina.ID, "Amina Yusuf", at("/people/amina"), "<mark>Amina Yusuf</mark>"})
		b.wantFirst("Teching Hospitals", hit{"organisation", "RR8", "Leeds Teaching Hospitals NHS Trust", at("/organisations/RR8"), "Leeds <mark>Teaching Hospitals</mark> NHS Trust"})
		b.wantFirst("patient pathway manager", hit{"system", "ppm-plus", "PPM+", at("/systems/ppm-plus"), "<mark>PPM+</mark>"})
		b.wantFirst("HL7 version 2", hit{"standard", "hl7-v2", "HL7 version 2", at("/standards/hl7-v2"), "<mark>HL7 version 2</mark>"})
		// What matched stands in what else is said of it.
		if f := b.search("ward manager", "&kind=person"); len(f.Hits) != 1 || f.Hits[0].Highlight != "<mark>Ward manager</mark>, Leeds Teaching Hospitals NHS Trust" {
			t.Errorf("a role finds %+v", f.Hits)
		}
		if f := b.search("leeds", "&kind=organisation&kind=system"); len(f.Hits) != 2 || f.Total != 2 {
			t.Errorf("two kinds find %+v", f)
		}
	})
}

func TestTheIndexFollowsWhatChanges(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		amina := apptest.Person(t, b.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.Organisation = "RR8" })
		b.sweep()
		if f := b.search("RR8"); len(f.Hits) != 1 || f.Hits[0].ID != amina.ID {
			t.Errorf("a code that nobody has named finds %+v, want who works there alone", f.Hits)
		}
		if n := b.sweep(); n != 0 {
			t.Errorf("a sweep with nothing to do gave the index %d", n)
		}

		b.organisation(models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals"})
		if n := b.sweep(); n != 2 {
			t.Errorf("naming an organisation gave the index %d, want it and who works there", n)
		}
		b.wantFirst("leeds teaching", hit{"organisation", "RR8", "Leeds Teaching Hospitals", apptest.BaseURL + "/organisations/RR8", "<mark>Leeds Teaching</mark> Hospitals"})
		if f := b.search("teaching hospitals", "&kind=person"); len(f.Hits) != 1 || f.Hits[0].ID != amina.ID {
			t.Errorf("where she works finds %+v", f.Hits)
		}

		amina.Name = "Amina Okafor"
		must(t, b.Store.UpdatePerson(t.Context(), &amina))
		b.sweep()
		b.wantFirst("okafor", hit{"person", amina.ID, "Amina Okafor", apptest.BaseURL + "/people/amina", "Amina <mark>Okafor</mark>"})
		b.wantNone("yusuf")

		b.organisation(models.Organisation{Code: "RR8"}) // the name was a mistake
		b.sweep()
		if f := b.search("leeds", "&kind=organisation"); len(f.Hits) != 0 {
			t.Errorf("an organisation without a name is found: %+v", f.Hits)
		}
	})
}

// A collection is found by the words about it as long as everybody may read it.
func TestCollectionsAreFoundWhileTheyAreForEverybody(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := models.Collection{ID: b.Store.NewID(), OwnerID: b.owner.ID, Title: "Zanzibar reads", About: "For new ward managers", Audience: models.ToEditors}
		must(t, b.Store.CreateCollection(t.Context(), &c))
		b.sweep()
		b.wantNone("zanzibar")
		c.Audience = models.ToEverybody
		must(t, b.Store.SaveCollection(t.Context(), &c))
		b.sweep()
		want := hit{"collection", c.ID, "Zanzibar reads", apptest.BaseURL + "/collections/" + c.Slug, "<mark>Zanzibar</mark> reads"}
		b.wantFirst("zanzibra", want)
		if f := b.search("ward managers", "&kind=collection"); len(f.Hits) != 1 {
			t.Errorf("its words find %+v", f.Hits)
		}
		if n, err := b.finding.Rebuild(t.Context()); err != nil || n != 2 { // and its owner
			t.Errorf("a rebuild says %d documents, %v", n, err)
		}
		b.wantFirst("zanzibar", want)

		c.Audience = models.ToSignedIn
		must(t, b.Store.SaveCollection(t.Context(), &c))
		b.wantNone("zanzibar") // at once, though the index has still to hear of it
		c.Audience = models.ToEverybody
		must(t, b.Store.SaveCollection(t.Context(), &c))
		must(t, b.Store.EraseCollection(t.Context(), c.ID))
		b.sweep()
		b.wantNone("zanzibar")
		b.wantFirst("collection whose text was deleted", hit{"collection", c.ID, "A collection whose text was deleted", apptest.BaseURL + "/collections/collection-" + strings.ToLower(c.ID), "A <mark>collection</mark> whose <mark>text</mark> was <mark>deleted</mark>"})
		must(t, b.Store.RemoveCollection(t.Context(), c.ID))
		b.sweep()
		b.wantNone("collection whose text was deleted")
	})
}

func TestAChangeWhileTheIndexIsFedIsNotLost(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		amina := apptest.Person(t, b.Store, apptest.Named("amina", "Amina Yusuf"))
		before, err := b.Store.Unindexed(t.Context(), 10)
		must(t, err)
		amina.Name = "Amina Okafor"
		must(t, b.Store.UpdatePerson(t.Context(), &amina))
		must(t, b.Store.Indexed(t.Context(), before)) // a sweep that had read her old name is done
		after, err := b.Store.Unindexed(t.Context(), 10)
		must(t, err)
		if len(after) != 1 || after[0].ID != amina.ID {
			t.Errorf("left to index: %+v", after)
		}
	})
}

func TestARebuildHoldsEverything(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study("Discharge letters", "")
		for i := range 205 { // more than one batch
			apptest.Person(t, b.Store, func(p *models.Person) { p.Name = apptest.Numbered("Person ", i) })
		}
		b.organisation(models.Organisation{Code: "RR8", Name: "Leeds"})
		b.organisation(models.Organisation{Code: "X26"})
		must(t, b.Store.SaveSystem(t.Context(), models.System{Slug: "ppm-plus", Name: "PPM+"}))
		must(t, b.Store.SaveStandard(t.Context(), models.Standard{Code: "hl7-v2", Name: "HL7 version 2"}))
		must(t, b.finding.AskForRebuild(t.Context()))
		must(t, b.queue.Drain(t.Context()))
		for kind, want := range map[search.Kind]int{search.KindCaseStudy: 1, search.KindPerson: 206, search.KindOrganisation: 1, search.KindSystem: 1, search.KindStandard: 1} {
			got, err := b.Site.Index.Search(t.Context(), search.Query{Kinds: []search.Kind{kind}})
			must(t, err)
			if got.Total != want {
				t.Errorf("the index holds %d of kind %s, want %d", got.Total, kind, want)
			}
		}
		b.sweep()
		b.study("Letters that no sweep has seen", "")
		n, err := b.finding.Rebuild(t.Context())
		if must(t, err); n != 211 {
			t.Errorf("a rebuild says %d documents, want 211", n)
		}
		studies, err := b.Store.ToIndex(t.Context(), "", -1, true)
		must(t, err)
		others, err := b.Store.Unindexed(t.Context(), -1)
		if must(t, err); len(studies)+len(others) > 0 {
			t.Errorf("after a rebuild a sweep still has %+v and %+v to do", studies, others)
		}
	})
}

func TestAPageOfHitsFollowsTheOther(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			b.study(apptest.Numbered("Letters ", i), "")
		}
		withdrawn := b.study("Letters that were withdrawn", "")
		must(t, b.Store.SetStatus(t.Context(), withdrawn.ID, models.Withdrawn)) // and the index does not know yet
		if f := b.search("letters", ""); f.Total != 5 || len(f.Hits) != 5 {
			t.Errorf("%d hits and a total of %d, want 5 without the withdrawn one", len(f.Hits), f.Total)
		}
		var titles []string
		for more := "&limit=2"; more != ""; {
			f := b.search("letters", more)
			for _, h := range f.Hits {
				titles = append(titles, h.Title)
			}
			more = ""
			if f.NextCursor != nil {
				more = "&limit=2&cursor=" + *f.NextCursor
			}
		}
		slices.Sort(titles)
		if want := []string{"Letters 0000", "Letters 0001", "Letters 0002", "Letters 0003", "Letters 0004"}; !slices.Equal(titles, want) {
			t.Errorf("the pages have %q", titles)
		}
		c := b.Client(t)
		for path, want := range map[string]string{
			"/api/v1/search":                                "q",
			"/api/v1/search?q=":                             "q",
			"/api/v1/search?q=%20":                          "",
			"/api/v1/search?q=a&kind=patient":               "kind",
			"/api/v1/search?q=a&limit=0":                    "limit",
			"/api/v1/search?q=a&limit=101":                  "limit",
			"/api/v1/search?q=a&cursor=nonsense":            "",
			"/api/v1/search?q=a&colour=red":                 "colour",
			"/api/v1/search?q=" + strings.Repeat("a", 3000): "q",
		} {
			p := c.Get(path).WantProblem(http.StatusBadRequest)
			if want != "" && (len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, want)) {
				t.Errorf("%s: the problem names %+v", models.Truncate(path, 60), p.Errors)
			}
		}
	})
}

func TestAHighlightIsSafeToShow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study("Letters <script>alert(1)</script> & more", "")
		f := b.search("letters script")
		want := "<mark>Letters</mark> &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; more"
		if len(f.Hits) != 1 || f.Hits[0].Highlight != want {
			t.Errorf("the highlight is %+v", f.Hits)
		}
	})
}

func TestTheDatabaseAnswersWhileTheEngineIsAway(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 3 {
			b.study(apptest.Numbered("Letters ", i), "")
		}
		f := b.search("letters", "&limit=2")
		if !f.Degraded || f.Total != 3 || len(f.Hits) != 2 || f.NextCursor == nil || !strings.HasPrefix(f.Hits[0].Highlight, "<mark>Letters</mark> ") {
			t.Fatalf("the database found %+v", f)
		}
		if rest := b.search("letters", "&limit=2&cursor="+*f.NextCursor); len(rest.Hits) != 1 || rest.NextCursor != nil {
			t.Errorf("its second page is %+v", rest)
		}
		if people := b.search("letters", "&kind=person"); !people.Degraded || len(people.Hits) != 0 {
			t.Errorf("it found people: %+v", people)
		}
		engines := models.Cursor{Sort: models.SortRelevance, Offset: 2}.String()
		b.Client(t).Get("/api/v1/search?q=letters&cursor=" + engines).WantProblem(http.StatusBadRequest)
		if !b.Site.IsSearchAway() {
			t.Error("pages do not say that search is away")
		}
	}, apptest.WithIndex(search.Away{}))
}

func TestSearchReadsAStatementAKind(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 12 {
			b.study(apptest.Numbered("Letters ", i), "")
			apptest.Person(t, b.Store, func(p *models.Person) { p.Name = apptest.Numbered("Letters ", i) })
		}
		b.sweep()
		few := len(b.Statements(func() { b.search("letters", "&limit=4") }))
		many := len(b.Statements(func() { b.search("letters", "&limit=24") }))
		if many > few+1 || many > 4 {
			t.Errorf("4 hits take %d statements, 24 take %d", few, many)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestNamesOfOneSystemAreSynonyms holds that a text which calls a system by one
// name is found by another, as soon as the list says that they are the same.
func TestNamesOfOneSystemAreSynonyms(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.study("We moved from Quoximode in a weekend", "Nobody noticed.")
		must(t, b.Store.SaveSystem(t.Context(), models.System{Slug: "zorblax", Name: "Zorblax Millennium", Kind: "Acute record", Confirmed: true}))
		must(t, b.Store.SaveSystem(t.Context(), models.System{Slug: "quoximode", Name: "Quoximode"}))
		must(t, b.Store.SaveSystem(t.Context(), models.System{Slug: "paper", Name: "Paper", Kind: models.KindGeneric, Aliases: []string{"weekend"}, Confirmed: true}))
		b.sweep()
		finds := func(q string) bool {
			return slices.ContainsFunc(b.search(q).Hits, func(h hit) bool { return h.ID == cs.ID })
		}
		if finds("zorblax millennium") || finds("paper") {
			t.Fatal("it is found before the names are the same, or by a stand-in's name")
		}
		must(t, b.Store.MergeTerms(t.Context(), store.Merge{Kind: models.TermSystem, From: "quoximode", Into: "zorblax", FromVersion: 1, IntoVersion: 1}))
		b.sweep()
		if !finds("zorblax millennium") {
			t.Error("the other name does not find it")
		}
		if f := b.search("quoximode", "&kind=system"); len(f.Hits) != 1 || f.Hits[0].ID != "zorblax" {
			t.Errorf("the old name finds %+v among systems", f.Hits)
		}
	})
}
