package adoptions_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

const steppedSeries = "when,minutes\nstep: 2026-01-11\n2026-01-01,58\n2026-01-02,62\n2026-01-03,60\n2026-01-11,21\n2026-01-12,19\n2026-01-13,20"

// measuring is a bench whose case study gives a benefit, and which an organisation tries.
func (b *bench) measuring() (keeper models.Person, at, api string) {
	b.t.Helper()
	before, after := 60.0, 20.0
	cs := b.study
	cs.Benefits = []models.Benefit{{Measure: "Time to send a letter", Unit: "minutes", Before: &before, After: &after, Better: "lower"}, {Measure: "Calls", Better: "lower"}}
	if err := b.Store.ReviseCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	keeper = b.person("keeper", "RWY")
	b.Program(b.t, keeper).Send("POST", b.api(), map[string]string{"status": "trying"}).Want(http.StatusCreated)
	return keeper, b.path() + "/adoptions/RWY", b.api() + "/RWY/figures"
}

func TestWhatCameOfItIsSaidInFigures(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper, at, _ := b.measuring()
		c := b.As(t, keeper)
		to := c.Get(at).Want(http.StatusOK).WantText("What came of it, in figures", "Nothing is said in figures yet.").Link("Time to send a letter")
		form := c.Get(to).Want(http.StatusOK).Form(at + "/measures")
		form.Set("baseline", "1,200").Set("result", "many").Set("method", "Audit").Send().Want(http.StatusUnprocessableEntity).WantErrors("Enter a number, such as 42 or 0.5").WantText("Audit")
		form.Set("result", "30").Set("expected", "20").Set("sample", "12").Set("from", "2026-01-01").Set("to", "2026-01-31").Send().WantRedirect(at + "#figures")
		reader := b.Client(t)
		reader.Get(at).WantText("Before 1,200 minutes", "Now 30 minutes", "Change 97.5% lower than before, which is better", "Expected 20 minutes", "How many were looked at 12", "Period 1 January 2026 to 31 January 2026", "How well known Measured",
			"The case study itself Time to send a letter: before 60, now 20 minutes", "Take care. Fewer than 20 were looked at", "Take care. One point before and one after").WantNoText("Add a measure of your own")
		reader.Get(b.path()).WantText("In figures Time to send a letter: before 1,200, now 30 minutes")
		// It is repeated once.
		c.Get(at+"/measures?benefit=1").Form(at+"/measures").Set("baseline", "2").Send().Want(http.StatusUnprocessableEntity).WantText("Another measure of this adoption repeats that of the case study already")
		c.Get(at + "/measures?benefit=9").Want(http.StatusNotFound)
		// Time is told in full-time equivalents too, and a series with a step says both values.
		c.Get(at+"/measures").Form(at+"/measures").Set("name", "Time on the phone").Set("unit", "hours a week").Set("better", "lower").Set("baseline", "80").Set("result", "5").Send().WantRedirect(at + "#figures")
		c.Get(at+"/measures").Form(at+"/measures").Set("name", "Minutes a letter").Set("better", "lower").Set("series", steppedSeries).Set("method", "Log").Send().Want(http.StatusUnprocessableEntity).WantText("The series cannot be read: line 2")
		series := strings.Replace(steppedSeries, "when,minutes\nstep: 2026-01-11", "step: 2026-01-11\nwhen,minutes", 1)
		c.Get(at+"/measures").Form(at+"/measures").Set("name", "Minutes a letter").Set("better", "lower").Set("series", series).Send().WantRedirect(at + "#figures")
		page := reader.Get(at).WantText("75 hours a week, which is 2 full-time equivalents of 37.5 hours", "Before 60 Now 20 Change 66.7% lower", "There are fewer than 10 points here or in a phase", "It is not said how it was measured.")
		if !strings.Contains(page.Body, "gr-measurement__chart") {
			t.Error("the series is not drawn")
		}
		// Costs and savings, cash and not cash apart.
		form = c.Get(at + "/money").Want(http.StatusOK).Form(at + "/money")
		form.Set("expected.cash", "about 2,000").Send().Want(http.StatusUnprocessableEntity).WantErrors("Enter whole pounds, such as 1200")
		form.Set("expected.cash", "20000000000").Send().Want(http.StatusUnprocessableEntity).WantErrors("Enter whole pounds, such as 1200")
		// What is expected can be told before anything came, and needs no accounts.
		form.Set("expected.cash", "£2,000").Send().WantRedirect(at + "#figures")
		reader.Get(at).WantText("Cash-releasing saving expected, each year £2,000 Cash-releasing savings can be taken out")
		form = c.Get(at + "/money").Want(http.StatusOK).Form(at + "/money")
		form.Set("cash", "£1,200").Set("non_cash", "9000").Send().Want(http.StatusUnprocessableEntity).WantErrors("Choose how well you know it: from accounts, without them, or estimated")
		form.Set("known", "estimated").Send().WantRedirect(at + "#figures")
		reader.Get(at).WantText("Saved each year, cash-releasing £1,200", "Saved each year, not cash £9,000", "Only estimated").WantNoText("10,200")
		// The table has what there is one of, each kind of money for itself, and where the rest is.
		row := reader.Get(b.path() + "/adoptions.csv").Want(http.StatusOK).Table()[0]
		if row["cost_once"] != "" || row["saved_a_year_cash"] != "1200" || row["saved_a_year_not_cash"] != "9000" || row["money_known"] != "estimated" || row["measures"] != "3" || row["saved_a_year_cash_expected"] != "2000" || row["cost_once_expected"] != "" || !strings.HasSuffix(row["figures"], "/figures") {
			t.Errorf("the table has %v", row)
		}
		if _, to, ok := strings.Cut(row["figures"], "/api/"); !ok {
			t.Errorf("the rest is at %s", row["figures"])
		} else if all := reader.Get("/api/" + to).Want(http.StatusOK).Body; !strings.Contains(all, "Minutes a letter") {
			t.Errorf("there is %s", all)
		}
		// One is taken out.
		c.Get(at).Forms(at + "/measures/remove")[0].Send().WantRedirect(at + "#figures")
		reader.Get(at).WantNoText("1,200 minutes").WantText("Time on the phone")
	})
}

func TestWhoMaySayItInFigures(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper, at, api := b.measuring()
		typed := url.Values{"version": {"1"}, "name": {"Zanzibar"}, "better": {"lower"}, "baseline": {"3"}}
		nobody := b.Client(t)
		nobody.Get(b.path() + "/adoptions/RZZ/measures").Want(http.StatusNotFound)
		nobody.Get(at + "/measures").Want(http.StatusSeeOther)
		nobody.Post(at+"/measures", typed).Want(http.StatusUnauthorized).WantText("You are not signed in any more.").WantNoText("Zanzibar got")
		other := b.As(t, b.person("other", "RWY"))
		other.Get(at + "/measures").Want(http.StatusForbidden)
		other.Get(at + "/money").Want(http.StatusForbidden)
		other.Post(at+"/measures", typed).Want(http.StatusForbidden)
		other.Get(at).WantNoText("Add a measure of your own")
		c := b.As(t, keeper)
		c.Post(at+"/measures", url.Values{"name": {"x"}}).Want(http.StatusBadRequest)
		c.Post(at+"/measures", url.Values{"version": {"1"}, "measure": {"4"}, "name": {"x"}, "better": {"lower"}, "baseline": {"1"}}).Want(http.StatusNotFound)
		// Who was slower reads what is saved by now, and keeps what they typed.
		first := c.Get(at + "/measures").Form(at + "/measures")
		second := c.Get(at + "/measures").Form(at + "/measures")
		first.Set("name", "Calls a day").Set("better", "lower").Set("baseline", "9").Send().WantRedirect(at + "#figures")
		again := second.Set("name", "Zanzibar").Set("better", "lower").Set("baseline", "3").Send().Want(http.StatusConflict).WantText("The measures that are saved by now:", "Calls a day: before 9, nothing reported since")
		again.Form(at + "/measures").Send().WantRedirect(at + "#figures")
		c.Get(at).WantText("Calls a day", "Zanzibar")
		// What might tell who a patient is stops it.
		c.Get(at+"/measures?measure=1").Form(at+"/measures").Set("method", "The notes of 943 476 5919").Send().Want(http.StatusUnprocessableEntity).WantText("943 476 5919")
		b.Program(t, keeper).Send("PUT", api, map[string]any{"measures": []any{map[string]any{"name": "NHS number 943 476 5919", "better": "lower", "baseline": 1}}}).WantProblem(http.StatusUnprocessableEntity)
	})
}

func TestFiguresInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper, at, api := b.measuring()
		type measure struct {
			Name, Known, Repeats string
			Result               *float64
			Change               *float64 `json:"change_percent"`
			Equivalents          *float64 `json:"full_time_equivalents"`
			Cautions             []string
			FromSeries           bool `json:"from_series"`
		}
		var got struct {
			Measures []measure
			Money    struct {
				Cash     *int64
				Expected struct{ Cash *int64 }
			}
		}
		p := b.Program(t, keeper)
		tag := p.Get(api).Want(http.StatusOK).Header.Get("ETag")
		series := strings.Replace(steppedSeries, "when,minutes\nstep: 2026-01-11", "step: 2026-01-11\nwhen,minutes", 1)
		body := map[string]any{"measures": []any{map[string]any{"repeats": "Calls", "name": "Calls", "better": "lower", "baseline": 10, "result": 15},
			map[string]any{"name": "Time", "unit": "hours a week", "better": "lower", "series": series}}, "money": map[string]any{"cash": 100, "expected": map[string]any{"cash": 70}, "known": "measured"}}
		p.Header.Set("If-Match", tag)
		p.Send("PUT", api, body).Want(http.StatusOK).JSON(&got)
		if len(got.Measures) != 2 || *got.Measures[0].Change != 50 || got.Measures[0].Known != "claimed" || !got.Measures[1].FromSeries || *got.Measures[1].Result != 20 || got.Measures[1].Known != "measured" || *got.Measures[1].Equivalents != 40/37.5 || *got.Money.Cash != 100 || *got.Money.Expected.Cash != 70 {
			t.Errorf("%+v", got)
		}
		p.Send("PUT", api, body).WantProblem(http.StatusPreconditionFailed)
		p.Header.Del("If-Match")
		for field, wrong := range map[string]map[string]any{"measures[0].repeats": {"name": "x", "better": "lower", "baseline": 1, "repeats": "Nothing of theirs"}, "measures[0].series": {"name": "x", "better": "lower", "series": "a,b\nc,d"},
			"measures[0].baseline": {"name": "x", "better": "lower"}, "measures[0].to": {"name": "x", "better": "lower", "baseline": 1, "from": "2026-01-02", "to": "2026-01-01"}, "measures[0].name": {"name": " ", "better": "lower", "baseline": 1}} {
			if problem := p.Send("PUT", api, map[string]any{"measures": []any{wrong}}).WantProblem(http.StatusUnprocessableEntity); len(problem.Errors) != 1 || problem.Errors[0].Field != field {
				t.Errorf("%s: %+v", field, problem)
			}
		}
		b.Client(t).Get(at).WantText("50% higher than before, which is worse")
		var a struct{ Measures int }
		p.Get(b.api() + "/RWY").JSON(&a)
		if a.Measures != 2 {
			t.Errorf("%d measures", a.Measures)
		}
		// They go with the words when these are erased, and are nobody's who may not read the adoption.
		one, err := b.Store.Adoption(t.Context(), b.study.ID, "RWY")
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Store.EraseAdoption(t.Context(), one.ID); err != nil {
			t.Fatal(err)
		}
		if one, err = b.Store.Adoption(t.Context(), b.study.ID, "RWY"); err != nil || !one.Figures.Empty() {
			t.Errorf("%+v, %v", one.Figures, err)
		}
		b.Program(t, b.person("else", "RA1", apptest.WithRole(models.RoleModerator))).Send("PUT", api, map[string]any{"measures": []any{}}).WantProblem(http.StatusForbidden)
	})
}
