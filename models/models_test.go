package models_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"grassroots/models"
)

func TestABodyComesApartAndTogetherAgain(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"empty":            "",
		"intro only":       "Just a thought.\n\nAnd another.",
		"known sections":   "## Problem and baseline\n\nSlow.\n\n## What failed\n\nMuch.",
		"own heading":      "Intro.\n\n## Aim\n\nFast.\n\n## A heading of my own\n\nText.",
		"heading in fence": "## Aim\n\n```\n## Contact\n```\n\nStill the aim.",
		"tilde fence":      "## Aim\n\n~~~~\n```\n## Contact\n~~~\n~~~~\n\nStill the aim.",
		"repeated heading": "## Aim\n\nOne.\n\n## Aim\n\nTwo.",
		"unclosed fence":   "## Aim\n\n```\n## Contact\n\nNever closed",
		"sub-headings":     "## Contact\n\n### Team\n\nThe team.",
	} {
		parts := models.SplitBody(body)
		if got := parts.Join(); got != body {
			t.Errorf("%s: came back as %q, was %q", name, got, body)
		}
	}
	parts := models.SplitBody("## Aim\n\n```\n## Contact\n```")
	for _, s := range parts.Sections {
		if s.Key == "contact" && s.Text != "" {
			t.Error("a heading inside a fence was taken for a section")
		}
	}
}

func TestNoTextIsLostInTheGuidedForm(t *testing.T) {
	t.Parallel()
	// Whatever people type, a second pass through the form changes nothing more.
	stable := func(intro, problem, failed, other string) bool {
		b := models.Body{Intro: intro, Sections: models.Sections(), Other: other}
		b.Sections[0].Text, b.Sections[10].Text = problem, failed
		once := b.Join()
		again := models.SplitBody(once)
		return again.Join() == models.SplitBody(again.Join()).Join() && len(again.Join()) >= len(strings.TrimSpace(once))-1
	}
	if err := quick.Check(stable, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func TestCleanLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  two \t words\n":       "two words",
		"nul\x00byte":            "nulbyte",
		"\xff\xfebad":            "\uFFFDbad",
		"a\u202Egnp.exe":         "agnp.exe",
		"iso\u2066lated\u2069":   "isolated",
		"family 👩‍⚕️ stays":      "family 👩‍⚕️ stays",
		"para\u2029graph":        "para graph",
		"Ysbyty Gŵyr – Betws":    "Ysbyty Gŵyr – Betws",
		"العربية stays readable": "العربية stays readable",
	} {
		if got := models.CleanLine(in); got != want {
			t.Errorf("CleanLine(%q) = %q, want %q", in, got, want)
		}
	}
	if got := models.CleanText("a\r\nb\rc\x00\n\n  "); got != "a\nb\nc" {
		t.Errorf("CleanText = %q", got)
	}
}

func TestSlugify(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Discharge letters reach the GP system in minutes": "discharge-letters-reach-the-gp-system-in-minutes",
		"PPM+ & SystmOne: what failed?":                    "ppm-systmone-what-failed",
		"Gŵyl i bawb’s":                                    "gwyl-i-bawbs",
		"!!!":                                              "case-study",
		strings.Repeat("word ", 60):                        strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
	} {
		if got := models.Slugify(in); got != want {
			t.Errorf("Slugify(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHotRankIsWorthAMonthForTenTimesTheResponse(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	older := models.HotRank(99, 0, 0, day)
	newer := models.HotRank(9, 0, 0, day.Add(models.HotSpan*time.Second))
	if math.Abs(older-newer) > 1e-9 {
		t.Errorf("100 points a month ago rank %v, 10 points now %v; want the same", older, newer)
	}
	if models.HotRank(3, 0, 0, day) >= models.HotRank(1, 2, 0, day) {
		t.Error("two comments are worth more than two votes, but did not rank so")
	}
}

func TestCursorsThatWeDidNotGive(t *testing.T) {
	t.Parallel()
	good := models.Cursor{Sort: models.SortHot, Value: 27.5, ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"}
	back, err := models.ParseCursor(good.String())
	if err != nil || *back != good {
		t.Fatalf("a cursor came back as %+v, %v", back, err)
	}
	for _, bad := range []string{"x", "e30", "////", strings.Repeat("A", 400), good.String()[1:], "eyJzIjoiaG90In0"} {
		if _, err := models.ParseCursor(bad); models.KindOf(err) != models.BadRequest {
			t.Errorf("ParseCursor(%q) gave %v, want a bad request", bad, err)
		}
	}
}

func TestListQueriesSayWhichPartIsWrong(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]models.ListQuery{
		"colour": {Limit: 20, Filters: map[string][]string{"colour": {"red"}}},
		"best":   {Limit: 20, Sort: "best"},
		"ideas":  {Limit: 20, Filters: map[string][]string{"stage": {"ideas"}}},
		"limit":  {Limit: 101},
	} {
		err := q.Validate()
		if models.KindOf(err) != models.BadRequest || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a bad request that names it", want, err)
		}
	}
}

func TestDocumentFaultsAreNamed(t *testing.T) {
	t.Parallel()
	d := models.Document{Title: strings.Repeat("x", 151), Stage: "done", Organisation: "R 8", Tags: []string{"fine", "<b>"},
		Connections: []models.Connection{{From: "PPM+"}}, Evidence: []models.Evidence{{URL: "javascript:alert(1)"}}, ReviewBy: "soon",
		Authors: []models.Author{{Name: "A", Email: "nobody"}}, Benefits: []models.Benefit{{Measure: "m", Period: "2025-03-31/2025-01-01"}}}
	d.Clean()
	got := map[string]bool{}
	for _, f := range models.Fields(d.Validate()) {
		got[f.Field] = true
	}
	for _, want := range []string{"title", "stage", "organisation", "body", "tags[1]", "connections[0].to", "evidence[0].url", "review_by", "authors[0].email", "benefits[0].period"} {
		if !got[want] {
			t.Errorf("no fault named %s in %v", want, got)
		}
	}
}

func TestEmailDomains(t *testing.T) {
	t.Parallel()
	domains := []string{"nhs.net", "*.nhs.uk"}
	for address, want := range map[string]bool{"a@nhs.net": true, "a@NHS.NET": true, "a@leedsth.nhs.uk": true, "a@nhs.uk": false,
		"a@evilnhs.net": false, "a@nhs.net.evil.com": false, "a@x.y.nhs.uk": true, "a@evil.com": false} {
		if got := models.EmailDomainAllowed(address, domains); got != want {
			t.Errorf("%s allowed = %v, want %v", address, got, want)
		}
	}
}

func TestReturnPathsStayOnTheSite(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/me": "/me", "/case-studies?q=a&sort=new": "/case-studies?q=a&sort=new", "//evil.com": "/", "https://evil.com": "/",
		"/\\evil.com": "/", "": "/", "javascript:alert(1)": "/", "/a\nb": "/", "/%0d%0aSet-Cookie:x": "/%0d%0aSet-Cookie:x"} {
		if got := models.SafeReturn(path, "/"); got != want {
			t.Errorf("SafeReturn(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z": true, "01jd3z6v7q8r9s0t1v2w3x4y5z": false, "81JD3Z6V7Q8R9S0T1V2W3X4Y5Z": false,
		"01JD3Z6V7Q8R9S0T1V2W3X4Y5": false, "01JD3Z6V7Q8R9S0T1V2W3X4Y5I": false, "": false} {
		if got := models.ValidID(id); got != want {
			t.Errorf("ValidID(%q) = %v, want %v", id, got, want)
		}
	}
}

func TestUpperFirst(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "a list": "A list", "“so” it is": "“so” it is", "ŵyneb": "Ŵyneb", "A": "A", "\xff": "\xff"} {
		if got := models.UpperFirst(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestWhatSomebodyLeads(t *testing.T) {
	t.Parallel()
	var nobody *models.Person
	if codes := nobody.LeadOf(); len(codes) != 0 {
		t.Errorf("nobody leads %q", codes)
	}
	p := &models.Person{Grants: []models.Grant{{Role: models.RoleLead, Organisation: "RWY"}, {Role: models.RoleModerator}, {Role: models.RoleLead, Organisation: "RR8"}, {Role: models.RoleLead, Organisation: "RWY"}, {Role: models.RoleLead}}}
	if codes := p.LeadOf(); !slices.Equal(codes, []string{"RR8", "RWY"}) {
		t.Errorf("they lead %q", codes)
	}
}
