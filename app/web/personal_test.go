package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"grassroots/templates"
)

const (
	studyA = "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"
	studyB = "01JD3Z6V7Q8R9S0T1V2W3X4Y60"
)

func gapOf(name string, choices ...string) string {
	out := templates.GapMark + name
	for _, c := range choices {
		out += templates.GapSeparator + c
	}
	return out + templates.GapMark
}

// A page with gaps is a whole page for each person, and whole too as gzip.
func TestAPageIsPutTogetherFromItsParts(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("<p>Letters reach the practice in minutes.</p>", 200)
	button := func(voted string, label string) string {
		return `<form><input name="voted" value="` + voted + `"/><button aria-pressed="` + voted + `">` + label + `</button></form>`
	}
	body := "<header>" + gapOf(templates.GapAccount) + "</header>" + filler +
		gapOf(studyA, button("true", "Voted"), button("false", "Vote")) + filler +
		gapOf(studyA+"+", button("true", "Saved"), button("false", "Save")) + filler +
		gapOf(studyB, button("true", "Voted"), "<b>not a form</b>") + "<footer></footer>"
	parts, ok := partsOf([]byte(body))
	if !ok {
		t.Fatal("the page could not be split")
	}
	for _, c := range []struct {
		account string
		voted   map[string]bool
		want    []string
	}{
		{"Amina Yusuf", map[string]bool{studyA: true}, []string{"Voted", "not a form"}},
		{"", map[string]bool{studyB: true}, []string{">Vote", `value="true"`}},
		{strings.Repeat("x", 40_000), nil, []string{">Vote", "not a form", ">Save "}},
		{"", map[string]bool{studyA + "+": true}, []string{">Vote", "not a form", ">Saved<"}},
	} {
		pieces := filled(parts, []byte(c.account), c.voted)
		plain := join(pieces)
		r, err := gzip.NewReader(bytes.NewReader(gzipped(pieces)))
		if err != nil {
			t.Fatal(err)
		}
		unzipped, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(unzipped, plain) {
			t.Errorf("for %.20q the gzip file holds something else (%v)", c.account, err)
		}
		if bytes.ContainsAny(plain, templates.GapMark+templates.GapSeparator) {
			t.Errorf("for %.20q a mark is left in the page", c.account)
		}
		for _, want := range append(c.want, "<header>"+c.account+"</header>", filler, "<footer></footer>") {
			if !strings.Contains(string(plain), want) {
				t.Errorf("for %.20q the page lacks %.40q", c.account, want)
			}
		}
		if n := strings.Count(string(plain), "<button"); c.voted[studyB] && n != 3 || !c.voted[studyB] && n != 2 {
			t.Errorf("for %.20q the page has %d buttons", c.account, n)
		}
	}
}

// Marks that no gap put there keep a page from being kept, rather than showing
// one person what is another's.
func TestAPageWithStrayMarksIsNotKept(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"a" + templates.GapMark + "b",
		"a" + templates.GapSeparator + "b",
		"a" + gapOf("somebody") + "b",
		"a" + gapOf(studyA, "only one") + "b",
		"a" + gapOf("not-an-id", "x", "y") + "b",
		"a" + gapOf(studyA+"-", "x", "y") + "b",
		gapOf(studyA, "x", "y") + templates.GapMark,
	} {
		if parts, ok := partsOf([]byte(body)); ok {
			t.Errorf("%q was split into %d parts", body, len(parts))
		}
	}
}
