package impact_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/impact"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	t     *testing.T
	owner models.Person
	other models.Person
	n     int
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{impact.New(s)} }, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, t: t, owner: apptest.Person(t, a.Store, apptest.Named("owen-owner", "Owen Owner")), other: apptest.Person(t, a.Store, apptest.Named("olga-other", "Olga Other"))}
		for _, o := range []models.Organisation{{Code: "RR8", Name: "Leeds", Kind: "Acute trust", Region: "North East and Yorkshire"}, {Code: "RX1", Name: "Nottingham", Kind: "Acute trust", Region: "Midlands"},
			{Code: "RWY", Name: "Airedale", Kind: "Mental health trust", Region: "North East and Yorkshire"}, {Code: "RYR", Name: "Sussex", Kind: "Acute trust", Region: "South East"}} {
			o.Named = true
			if _, _, err := a.Store.SaveOrganisation(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		f(t, b)
	})
}

// post has a case study of RR8 posted.
func (b *bench) post(stage models.Stage, benefits ...models.Benefit) models.CaseStudy {
	b.t.Helper()
	b.n++
	now := b.Clock.Now()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, HTML: "<p>Text</p>", CreatedAt: now, UpdatedAt: now, PublishedAt: now,
		Document: models.Document{Title: fmt.Sprint("Study ", b.n), Stage: stage, Organisation: "RR8", Body: "We wrote \"stage\":\"idea\" down.", Language: "en", Licence: "OGL-UK-3.0", Benefits: benefits, Authors: []models.Author{{Name: "Owen Owner"}}}}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	return cs
}

func (b *bench) adopt(cs models.CaseStudy, organisation string, status models.AdoptionStatus) models.Adoption {
	b.t.Helper()
	a := models.Adoption{ID: b.Store.NewID(), CaseStudyID: cs.ID, Organisation: organisation, Status: status, CreatedAt: b.Clock.Now()}
	if err := b.Store.AddAdoption(b.t.Context(), &a, b.other.ID); err != nil {
		b.t.Fatal(err)
	}
	return a
}

func (b *bench) change(a *models.Adoption, status models.AdoptionStatus) {
	b.t.Helper()
	a.Status, a.Reason, a.Result = status, "It did not fit", "Less waiting"
	if err := b.Store.ChangeAdoption(b.t.Context(), a, b.other.ID); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) answer(cs models.CaseStudy, by models.Person) {
	b.t.Helper()
	c := models.Comment{ID: b.Store.NewID(), CaseStudyID: cs.ID, AuthorID: by.ID, Kind: models.CommentKinds()[0], Body: "Yes", HTML: "<p>Yes</p>", CreatedAt: b.Clock.Now()}
	if err := b.Store.AddComment(b.t.Context(), &c, nil); err != nil {
		b.t.Fatal(err)
	}
}

func num(v float64) *float64 { return &v }

func hours(before, after float64, change func(*models.Benefit)) models.Benefit {
	b := models.Benefit{Measure: "Time on letters", Unit: "hours a week", Before: &before, After: &after, Better: "lower"}
	if change != nil {
		change(&b)
	}
	return b
}

const day = 24 * time.Hour

type answer struct {
	Until     time.Time
	Adoptions struct {
		Recorded      int
		ByStatus      map[string]int `json:"by_status"`
		Organisations int
		Using         int `json:"organisations_using"`
		Stopped       int `json:"organisations_stopped"`
		CaseStudies   int `json:"case_studies_tried"`
	}
	CaseStudies   int `json:"case_studies"`
	Demonstration bool
	Third         wait `json:"third_adoption"`
	Answers       wait `json:"first_response"`
	Benefits      map[string]struct {
		Benefits int
		Hours    *float64       `json:"hours_released_a_week"`
		Units    map[string]int `json:"other_units"`
	}
}

type wait struct {
	Of, Came int
	Median   *float64 `json:"median_days"`
}

func (b *bench) ask(query string) (out answer) {
	b.t.Helper()
	body := b.Client(b.t).Get("/api/v1/impact" + query).Want(http.StatusOK).Body
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestNothingIsMadeUp(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get("/impact").Want(http.StatusOK).WantText("No organisation has recorded an adoption in this period", "give no benefits as figures", "Nothing to count").WantNoText("demonstration")
		b.post(models.StageInUse)
		b.Client(t).Get("/impact?from=2026-01-01").WantText("Not known yet: fewer than half have come so far")
	})
}

func TestWhatCameOfThings(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		one, two := b.post(models.StageInUse), b.post(models.StageIdea)
		b.post(models.StageIdea)
		b.answer(two, b.owner) // no response: they wrote it
		b.Clock.Move(2 * day)
		b.answer(two, b.other)
		b.adopt(one, "RX1", models.AdoptionTrying)
		gone := b.adopt(one, "RWY", models.AdoptionInterested)
		b.Clock.Move(2 * day)
		ryr := b.adopt(one, "RYR", models.AdoptionInUse)
		b.adopt(one, "RR8", models.AdoptionInUse) // its own: none
		b.change(&gone, models.AdoptionTrying)
		stopped := b.adopt(two, "RX1", models.AdoptionTrying)
		b.Clock.Move(day)
		b.change(&stopped, models.AdoptionStopped)
		b.Clock.Move(day)
		a := b.ask("")
		if a.Adoptions.Recorded != 4 || a.Adoptions.ByStatus["trying"] != 2 || a.Adoptions.ByStatus["stopped"] != 1 || a.Adoptions.ByStatus["in-use"] != 1 || a.Adoptions.Organisations != 3 || a.Adoptions.Using != 3 ||
			a.Adoptions.Stopped != 1 || a.Adoptions.CaseStudies != 2 || a.CaseStudies != 3 {
			t.Errorf("%+v", a)
		}
		if a.Third.Of != 3 || a.Third.Came != 1 || a.Third.Median != nil || a.Answers.Of != 2 || a.Answers.Came != 1 || a.Answers.Median == nil || *a.Answers.Median != 2 {
			t.Errorf("%+v", a)
		}
		page := b.Client(t).Get("/impact").Want(http.StatusOK).WantText("Stopped 1", "Case studies that have reached it 1", "Case studies that have not, or not yet 2", "Median time to the first response 2 days", "Of 4 adoptions that were tried, 2 tell in words", "March 2026")
		if len(page.All(apptest.Tag("svg"))) < 2 || len(page.All(apptest.Tag("desc"))) != 2 {
			t.Error("there are no charts of what was recorded and stopped")
		}
		if file := b.Client(t).Get("/impact.csv").Want(http.StatusOK).Body; !strings.Contains(file, "status,Stopped,Adoptions,1\r\n") || strings.Contains(file, "Owen") {
			t.Error(file)
		}
		// Region and kind: of who adopts, and of where a case study is from.
		if a := b.ask("?region=Midlands"); a.Adoptions.Recorded != 2 || a.CaseStudies != 0 {
			t.Errorf("%+v", a)
		}
		if a := b.ask("?kind=Mental+health+trust&region=North+East+and+Yorkshire"); a.Adoptions.Recorded != 1 || a.CaseStudies != 0 {
			t.Errorf("%+v", a)
		}
		// What is taken back, hidden or withdrawn leaves.
		if err := b.Store.RemoveAdoption(t.Context(), &ryr); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET hidden = 'x' WHERE id = ?", gone.ID).Error; err != nil {
			t.Fatal(err)
		}
		if a := b.ask(""); a.Adoptions.Recorded != 2 || a.Third.Came != 0 {
			t.Errorf("%+v", a)
		}
		if err := b.Store.DB(t.Context()).Exec("UPDATE case_studies SET status = 'withdrawn' WHERE id = ?", two.ID).Error; err != nil {
			t.Fatal(err)
		}
		if a := b.ask(""); a.Adoptions.Recorded != 1 || a.Adoptions.ByStatus["stopped"] != 0 || a.CaseStudies != 2 || a.Answers.Of != 1 || a.Answers.Came != 0 {
			t.Errorf("%+v", a)
		}
	})
}

func TestThePeriodIsOfDaysInLondon(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.post(models.StageInUse)
		b.Clock.Move(time.Date(2026, 6, 30, 22, 59, 59, 0, time.UTC).Sub(b.Clock.Now()))
		late := b.adopt(cs, "RX1", models.AdoptionInterested) // the last second of June
		b.Clock.Move(time.Second)
		b.adopt(cs, "RWY", models.AdoptionTrying) // the first of July
		b.change(&late, models.AdoptionTrying)
		b.Clock.Move(60 * day)
		if a := b.ask("?to=2026-06-30"); a.Adoptions.Recorded != 1 || a.Adoptions.ByStatus["interested"] != 1 || !a.Until.Equal(time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", a) // as it stood then
		}
		if a := b.ask("?from=2026-07-01&to=2026-07-01"); a.Adoptions.Recorded != 1 || a.Adoptions.ByStatus["trying"] != 1 || a.CaseStudies != 0 {
			t.Errorf("%+v", a)
		}
		for _, bad := range []string{"?from=x", "?to=2026-02-30", "?from=2026-07-02&to=2026-07-01", "?region=Atlantis", "?kind=x", "?campaign=none", "?nothing=1"} {
			b.Client(t).Get("/impact" + bad).Want(http.StatusBadRequest)
			b.Client(t).Get("/impact.csv" + bad).Want(http.StatusBadRequest)
			b.Client(t).Get("/api/v1/impact" + bad).WantProblem(http.StatusBadRequest)
		}
		b.Client(t).Get("/impact?from=&to=&region=&kind=&campaign=").Want(http.StatusOK)
	})
}

// What is measured, claimed and only estimated is never added together, on the page, in
// files or in the API.
func TestTheKindsAreNeverAddedTogether(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		n := 40
		b.post(models.StageInUse, hours(110, 10, func(b *models.Benefit) { b.Sample, b.Method = &n, "audit" }), hours(20.5, 10, func(b *models.Benefit) { b.Period = "2025-01-01/2025-02-01" }),
			models.Benefit{Measure: "Wait", Unit: "minutes", Before: num(9), After: num(3), Period: "2025-01-01/2025-02-01"})
		b.post(models.StageInUse, hours(1010, 10, nil), hours(3, 5, nil))
		b.post(models.StageInUse, hours(10010, 10, func(b *models.Benefit) { b.Method = "estimate of the team" }), models.Benefit{Measure: "Hours to save", Unit: "hours a week", Before: num(70000)})
		a := b.ask("")
		for kind, want := range map[string]float64{"measured": 110.5, "claimed": 998, "estimated": 10000} {
			if got := a.Benefits[kind]; got.Hours == nil || *got.Hours != want {
				t.Errorf("%s: %+v", kind, got)
			}
		}
		if a.Benefits["measured"].Units["minutes"] != 1 || a.Benefits["estimated"].Units["hours a week"] != 1 {
			t.Errorf("%+v", a.Benefits)
		}
		for _, path := range []string{"/impact", "/impact.csv", "/api/v1/impact"} {
			body := strings.ReplaceAll(b.Client(t).Get(path).Want(http.StatusOK).Body, ",", "")
			for _, sum := range []string{"1108.5", "10110.5", "10998", "11108.5"} {
				if strings.Contains(body, sum) {
					t.Errorf("%s has the sum %s", path, sum)
				}
			}
		}
		b.Client(t).Get("/impact").WantText("Hours released a week Measured 110.5 Claimed 998 Only estimated 10,000", "Wait How well known Measured Before 9 minutes")
	})
}

func TestTheDemonstrationIsLeftOutWhereThereIsMore(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		invented := b.post(models.StageIdea)
		b.adopt(invented, "RX1", models.AdoptionTrying)
		for _, table := range []string{"case_studies", "adoptions"} {
			if err := b.Store.DB(t.Context()).Exec("UPDATE "+table+" SET demo = ?", true).Error; err != nil {
				t.Fatal(err)
			}
		}
		b.Client(t).Get("/impact").WantText("invented content of the demonstration", "Adoptions recorded 1")
		if a := b.ask(""); !a.Demonstration || a.CaseStudies != 1 {
			t.Errorf("%+v", a)
		}
		b.adopt(b.post(models.StageIdea), "RWY", models.AdoptionInUse)
		b.Clock.Move(time.Second)
		if a := b.ask(""); a.Demonstration || a.CaseStudies != 1 || a.Adoptions.Recorded != 1 || a.Adoptions.ByStatus["in-use"] != 1 {
			t.Errorf("%+v", a)
		}
	})
}

func TestTheQueriesDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.adopt(b.post(models.StageIdea, hours(2, 1, nil)), "RX1", models.AdoptionTrying)
		count := func(path string) int {
			reader := b.Client(t)
			return len(b.Statements(func() { reader.Get(path).Want(http.StatusOK) }))
		}
		paths := []string{"/impact?from=2026-01-0%d", "/impact.csv?from=2026-01-0%d", "/api/v1/impact?from=2026-01-0%d"}
		before := make([]int, len(paths))
		for i, p := range paths {
			before[i] = count(fmt.Sprintf(p, 1))
		}
		for range 8 {
			cs := b.post(models.StageIdea, hours(2, 1, nil))
			b.answer(cs, b.other)
			b.adopt(cs, "RX1", models.AdoptionTrying)
			b.adopt(cs, "RWY", models.AdoptionStopped)
		}
		for i, p := range paths {
			if after := count(fmt.Sprintf(p, 2)); after != before[i] || after > 8 {
				t.Errorf("%s takes %d statements, and took %d", p, after, before[i])
			}
		}
	})
}

func TestTheBoardOfAnOrganisation(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		one, idea := b.post(models.StageInUse), b.post(models.StageIdea)
		b.Clock.Move(day)
		b.answer(idea, b.other)
		stopped := b.adopt(one, "RX1", models.AdoptionTrying)
		b.adopt(one, "RWY", models.AdoptionPlanning)
		b.Clock.Move(day)
		b.change(&stopped, models.AdoptionStopped)
		b.Clock.Move(day)
		reader := b.Client(t)
		reader.Get("/organisations/RR8/impact").Want(http.StatusOK).WantText("Leeds", "Adoptions of them by other organisations 2", "Status Stopped Elsewhere 1 Here 0", "By Nottingham Status Stopped", "Less waiting", "It did not fit",
			"Median time to the first response 24 hours", "has recorded no adoption in this period").WantNoText("Owen")
		reader.Get("/organisations/RX1/impact").Want(http.StatusOK).WantText("Adoptions recorded by this organisation 1", "Status Stopped Elsewhere 0 Here 1", "From Leeds Status Stopped", "Less waiting", "No other organisation has recorded")
		reader.Get("/organisations/RYR/impact?from=2026-01-01&to=2026-12-31").Want(http.StatusOK).WantText("Nobody has told in words")
		// Before it was stopped, and before it was recorded at all.
		reader.Get("/organisations/RR8/impact?to=2026-03-05").WantText("Status Trying it Elsewhere 1 Here 0", "Not stopped").WantNoText("It did not fit")
		reader.Get("/organisations/RR8/impact?to=2026-03-04").WantText("Adoptions of them by other organisations 0")
		if file := reader.Get("/organisations/RR8/impact.csv").Want(http.StatusOK).Body; !strings.Contains(file, "elsewhere,Study 1 · Nottingham,Status,Stopped\r\n") || !strings.Contains(file, "totals,Case studies posted,number,2\r\n") || strings.Contains(file, "Owen") {
			t.Error(file)
		}
		reader.Get("/organisations/rr8/impact?to=2026-03-05").Want(http.StatusMovedPermanently)
		for path, want := range map[string]int{"/organisations/RZZ99/impact": http.StatusNotFound, "/organisations/x/impact.csv": http.StatusNotFound, "/organisations/RR8/impact?from=x": http.StatusBadRequest,
			"/organisations/RR8/impact.csv?region=London": http.StatusBadRequest} {
			reader.Get(path).Want(want)
		}
		count := func(path string) int {
			return len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) }))
		}
		before := count("/organisations/RR8/impact?from=2025-01-01")
		for range 5 {
			b.adopt(b.post(models.StageIdea), "RX1", models.AdoptionInUse)
		}
		if after := count("/organisations/RR8/impact?from=2025-01-02"); after != before {
			t.Errorf("%d statements, with more adoptions %d", before, after)
		}
	})
}

func TestOpenDataHasNothingOfAnybody(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		n := 40
		cs := b.post(models.StageIdea, hours(110, 10, func(b *models.Benefit) { b.Sample, b.Method = &n, "audit" }), hours(10, 20, nil))
		b.Clock.Move(day)
		b.answer(cs, b.other)
		for _, code := range []string{"RX1", "RWY", "RYR"} {
			b.adopt(cs, code, models.AdoptionTrying)
		}
		reader := b.Client(t)
		reader.Get("/impact/data").Want(http.StatusOK).WantText("Open Government Licence v3.0", "Contains information from Grassroots at http", "benefits.csv", "never add these together")
		for name, rows := range map[string]int{"adoptions": 3, "benefits": 2, "case-studies": 1} {
			table := reader.Get("/impact/data/" + name + ".csv").Want(http.StatusOK).Table()
			if len(table) != rows || table[0]["case_study"] != cs.ID {
				t.Errorf("%s has %v", name, table)
			}
		}
		if row := reader.Get("/impact/data/benefits.csv").Table()[1]; row["known"] != "claimed" || row["hours_released_a_week"] != "'-10" && row["hours_released_a_week"] != "-10" {
			t.Errorf("%v", row)
		}
		if row := reader.Get("/impact/data/case-studies.csv").Table()[0]; row["first_response_hours"] != "24" || row["third_adoption_days"] != "1" || row["idea"] != "yes" {
			t.Errorf("%v", row)
		}
		body := reader.Get("/impact/open-data.zip").Want(http.StatusOK).Body
		z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range z.File {
			names = append(names, f.Name)
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"Owen", "Olga", "owen-owner", b.owner.ID, b.other.ID, b.owner.Email} {
				if strings.Contains(string(text), word) {
					t.Errorf("%s has %s", f.Name, word)
				}
			}
			if f.Name == "README.md" && (!strings.Contains(string(text), "Open Government Licence v3.0") || !strings.Contains(string(text), "| known | measured, claimed or estimated")) {
				t.Errorf("%s", text)
			}
		}
		if strings.Join(names, " ") != "README.md adoptions.csv benefits.csv case-studies.csv adoption-measures.csv adoption-money.csv" {
			t.Errorf("it has %v", names)
		}
		reader.Get("/impact/data/adoptions.csv?x=1").Want(http.StatusBadRequest)
		reader.Get("/impact/open-data.zip?x=1").Want(http.StatusBadRequest)
		reader.Get("/impact/data/people.csv").Want(http.StatusNotFound)
		// What has another licence is not given away.
		if err := b.Store.DB(t.Context()).Exec(`UPDATE revisions SET document = REPLACE(document, 'OGL-UK-3.0', 'CC-BY-NC-4.0')`).Error; err != nil {
			t.Fatal(err)
		}
		if table := reader.Get("/impact/data/benefits.csv").Table(); len(table) != 0 {
			t.Errorf("%v", table)
		}
	})
}
