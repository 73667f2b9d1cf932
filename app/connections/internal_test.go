package connections

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"grassroots/app/web"
	"grassroots/models"
)

// names of paths, by the systems that they go over.
func over(paths []path) []string {
	out := []string{}
	for _, p := range paths {
		names := []string{p[0].From}
		for _, s := range p {
			names = append(names, s.To)
		}
		out = append(out, strings.Join(names, ">"))
	}
	return out
}

func step(from, to string, organisations int) models.JoinStep {
	return models.JoinStep{From: from, To: to, Organisations: organisations, CaseStudies: organisations}
}

func TestPathsAreTheShortestAndBestEvidenced(t *testing.T) {
	t.Parallel()
	view := step("m", "z", 9)
	view.ViewOnly = true
	every := func(string) bool { return true }
	for name, c := range map[string]struct {
		steps []models.JoinStep
		want  []string
	}{
		"none":                         {nil, []string{}},
		"over one":                     {[]models.JoinStep{step("a", "b", 1), step("b", "z", 1)}, []string{"a>b>z"}},
		"over two":                     {[]models.JoinStep{step("a", "b", 1), step("b", "c", 1), step("c", "z", 1)}, []string{"a>b>c>z"}},
		"not over three":               {[]models.JoinStep{step("a", "b", 1), step("b", "c", 1), step("c", "d", 1), step("d", "z", 1)}, []string{}},
		"not backwards":                {[]models.JoinStep{step("b", "a", 1), step("z", "b", 1)}, []string{}},
		"the shorter first":            {[]models.JoinStep{step("a", "b", 9), step("b", "c", 9), step("c", "z", 9), step("a", "d", 1), step("d", "z", 1)}, []string{"a>d>z", "a>b>c>z"}},
		"the stronger weakest first":   {[]models.JoinStep{step("a", "b", 9), step("b", "z", 1), step("a", "c", 2), step("c", "z", 2)}, []string{"a>c>z", "a>b>z"}},
		"then the stronger in all":     {[]models.JoinStep{step("a", "b", 1), step("b", "z", 1), step("a", "c", 4), step("c", "z", 1)}, []string{"a>c>z", "a>b>z"}},
		"no circles":                   {[]models.JoinStep{step("a", "b", 1), step("b", "a", 1), step("a", "a", 3), step("b", "b", 2), step("b", "z", 1)}, []string{"a>b>z"}},
		"a view is the last step":      {[]models.JoinStep{step("a", "m", 1), view}, []string{"a>m>z"}},
		"what carries before the view": {[]models.JoinStep{step("a", "m", 1), view, step("m", "z", 1)}, []string{"a>m>z"}},
	} {
		got := findPaths(c.steps, "a", "z", every)
		if !slices.Equal(over(got), c.want) {
			t.Errorf("%s: %q, not %q", name, over(got), c.want)
		}
		if name == "what carries before the view" && got[0][1].ViewOnly {
			t.Error("the view is taken where there is a step that carries")
		}
	}
	refused := findPaths([]models.JoinStep{step("a", "paper", 9), step("paper", "z", 9)}, "a", "z", func(s string) bool { return s != "paper" })
	if len(refused) != 0 {
		t.Errorf("the way goes over what it must not: %q", over(refused))
	}
	var dense []models.JoinStep
	for i := range 140 {
		for j := range 140 {
			dense = append(dense, step(fmt.Sprint("s", i), fmt.Sprint("s", j), 1+(i+j)%7))
		}
	}
	if got := findPaths(dense, "s1", "s2", every); len(got) != shownPaths || len(got[0]) != 2 {
		t.Errorf("among many there are %q", over(got))
	}
}

func TestWhatMayHaveBeenMeant(t *testing.T) {
	t.Parallel()
	v := &web.Vocabulary{Systems: []models.System{{Slug: "systmone", Name: "SystmOne", Aliases: []string{"TPP", "SystemOne"}}, {Slug: "emis-web", Name: "EMIS Web", Aliases: []string{"EMIS"}},
		{Slug: "millennium", Name: "Oracle Health Millennium", Aliases: []string{"Cerner", "Cerner Millennium"}}, {Slug: "ppm-plus", Name: "PPM+", Aliases: []string{"PPM Plus"}}}}
	for text, want := range map[string]string{"Systm 1": "SystmOne", "sistmone": "SystmOne", "System-One": "SystmOne", "emiss": "EMIS Web", "cernner": "Oracle Health Millennium",
		"Milenium": "Oracle Health Millennium", "PPM plus (Leeds)": "PPM+", "zzzz": "", "x": "", "": ""} {
		got := ""
		if found := web.SimilarSystems(v, text); len(found) > 0 {
			got = found[0].Text
		}
		if got != want {
			t.Errorf("%q is taken for %q, not %q", text, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	count := func(value string, organisations, studies int) models.JoinCount {
		return models.JoinCount{Value: value, Organisations: organisations, CaseStudies: studies}
	}
	asked := question{typed: typed{From: "A", To: "B"}, from: "a", to: "b"}
	for name, c := range map[string]struct {
		q      question
		totals models.JoinTotals
		want   string
	}{
		"many": {asked, models.JoinTotals{CaseStudies: 9, Organisations: 7, ByStandard: []models.JoinCount{count("fhir", 4, 5), count("hl7-v2", 2, 2), count("unknown", 1, 2)},
			ByStatus: []models.JoinCount{count("live", 5, 6), count("trial", 2, 2)}}, "7 organisations join A to B: 4 by fhir, 2 by hl7-v2 and 1 does not say how. 5 are live and 2 on trial."},
		"many who do not say": {asked, models.JoinTotals{CaseStudies: 3, Organisations: 3, ByStandard: []models.JoinCount{count("unknown", 3, 3)}, ByStatus: []models.JoinCount{count("unknown", 3, 3)}},
			"3 organisations join A to B, and none says how. None says how far it is."},
		"one who does not say": {asked, models.JoinTotals{CaseStudies: 1, Organisations: 1, ByStandard: []models.JoinCount{count("unknown", 1, 1)}, ByStatus: []models.JoinCount{count("unknown", 1, 1)}},
			"1 organisation joins A to B, and does not say how. It does not say how far it is."},
		"all alike": {asked, models.JoinTotals{CaseStudies: 2, Organisations: 2, ByStandard: []models.JoinCount{count("rpa", 2, 2)}, ByStatus: []models.JoinCount{count("stopped", 2, 2)}},
			"2 organisations join A to B, all by a software robot. All have stopped."},
		"one in several ways": {asked, models.JoinTotals{CaseStudies: 2, Organisations: 1, ByStandard: []models.JoinCount{count("hl7-v2", 1, 1), count("flat-file", 1, 1), count("unknown", 1, 1)},
			ByStatus: []models.JoinCount{count("live", 1, 1), count("planned", 1, 1)}, ByDirection: []models.JoinCount{count("one-way", 1, 1), count("view", 1, 1)}},
			"1 organisation joins A to B, by hl7-v2, by files and in a way that it does not say. In parts it is live and planned. In part it can only be looked at: nothing is copied."},
		"some unplaced": {asked, models.JoinTotals{CaseStudies: 4, Organisations: 2, Unplaced: 2, ByStandard: []models.JoinCount{count("hl7-v2", 2, 2), count("fhir", 0, 2)},
			ByStatus: []models.JoinCount{count("live", 2, 4)}, ByDirection: []models.JoinCount{count("view", 2, 4)}},
			"2 organisations join A to B: 2 by hl7-v2. All are live. In all of them it can only be looked at: nothing is copied. So do 2 case studies that name no organisation."},
		"many standards": {asked, models.JoinTotals{CaseStudies: 8, Organisations: 8, ByStandard: []models.JoinCount{count("a", 2, 2), count("b", 1, 1), count("c", 1, 1), count("d", 1, 1), count("e", 1, 1), count("f", 1, 1), count("g", 1, 1)},
			ByStatus: []models.JoinCount{count("live", 1, 1), count("unknown", 7, 7)}, ByDirection: []models.JoinCount{count("view", 1, 1), count("one-way", 7, 7)}},
			"8 organisations join A to B: 2 by a, 1 by b, 1 by c, 1 by d, 1 by e and more by 2 other standards. 1 is live and 7 do not say. In 1 of them it can only be looked at: nothing is copied."},
		"nothing": {asked, models.JoinTotals{}, ""},
	} {
		a := &answer{question: c.q, v: &web.Vocabulary{}, totals: c.totals}
		if got := strings.Join(a.sentences(), " "); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
