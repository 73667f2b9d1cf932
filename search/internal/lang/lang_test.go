package lang

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAnalyse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Discharge letters reach the GP":  "discharg letter reach gp",
		"e-RS, e‑RS":                      "e rs e rs | ers ers",
		"A&E or A & E or A&amp;E":         "ae ae ae",
		"Barts & London, Fish&Chips":      "bart london fish chip",
		"PPM+ and 18+":                    "ppm 18 | ppmplus 18plus",
		"C++ a+b":                         "c b | cplus",
		"HL7 v2.4":                        "hl7 v2 4 | v24",
		"N.H.S. at nhs.uk.":               "nhs nhs uk | nhsuk",
		"O'Neill’s patient's nurses'":     "oneil patient nurs",
		"follow-up/aftercare":             "follow up aftercar | followup",
		"Café ŴAUN straße Ærø":            "caf waun stras aero",
		"the IT team put it right, THE":   "it team put right the",
		"WHAT IS THE WARD":                "what ward",
		"a-b-c-d-e one-two-three-four-5s": "abcd one two thre four 5s",
		"":                                "",
		"\xff\x00 ... - ' & +":            "",
		"日本 x\xffy":                       "日本 x y",
		"e\u0301le\u0301ve":               "elev",
	} {
		f := Analyse(text)
		got := strings.Join(f.Words, " ")
		if len(f.Joined) > 0 {
			got += " | " + strings.Join(f.Joined, " ")
		}
		if got != want {
			t.Errorf("Analyse(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestStem holds the groups of words that have to stay together, and pairs that
// have to stay apart.
func TestStem(t *testing.T) {
	t.Parallel()
	for _, group := range []string{
		"letter letters", "discharge discharges discharged discharging", "study studies studied studying",
		"referral referrals", "nurse nurses nursing", "plan plans planned planning", "share shares shared sharing",
		"process processes processed processing", "organise organize organised organization organisation organisations",
		"integrate integration integrated integrating", "prescribe prescribes prescribing prescribed", "box boxes",
		"service services", "digital digitally", "clinical clinically", "refer refers referred referring",
		"control controlled controlling", "label labelled labelling", "apply applies applied applying", "bus buses",
		"approach approaches", "disease diseases", "electronic electronically", "call calls calling called", "admission admissions",
		"diagnosis", "sepsis", "access",
	} {
		words := strings.Fields(group)
		for _, w := range words[1:] {
			if Stem(w) != Stem(words[0]) {
				t.Errorf("%s becomes %s, %s becomes %s", words[0], Stem(words[0]), w, Stem(w))
			}
		}
		if !strings.HasPrefix(words[0], Stem(words[0])[:3]) {
			t.Errorf("%s becomes %s", words[0], Stem(words[0]))
		}
	}
	for _, pair := range []string{
		"clinic clinical", "organ organisation", "general generation", "string stringing", "patient patent", "bed bedding",
		"need needed", "ring wing", "feed fee", "red reed", "even evening", "station state", "speed spe", "use us",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if a == "need" || a == "string" || a == "even" || a == "bed" { // one form of the other
			continue
		}
		if Stem(a) == Stem(b) {
			t.Errorf("%s and %s both become %s", a, b, Stem(a))
		}
	}
	for _, w := range []string{"rr8", "v2", "ward8s", "日本s", "as", "gas"} {
		if Stem(w) != w {
			t.Errorf("%s becomes %s", w, Stem(w))
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		limit int
		want  bool
	}{
		{"letter", "letter", 0, true}, {"leter", "letter", 1, true}, {"letter", "leter", 1, true}, {"lettre", "letter", 1, true},
		{"litter", "letter", 1, true}, {"litre", "letter", 1, false}, {"ward", "word", 0, false}, {"discharg", "dishcagr", 2, true}, {"discharg", "dishcagg", 1, false},
		{"discharg", "dischragg", 2, true}, {"a", "", 1, true}, {"", "", 0, true}, {"élan", "elan", 1, true}, {"日本", "日光", 1, true},
		{"abcdef", "a", 2, false}, {"x", "x", -1, true}, {"x", "y", -1, false},
	} {
		if got := Within(c.a, c.b, c.limit); got != c.want {
			t.Errorf("Within(%q, %q, %d) = %v", c.a, c.b, c.limit, got)
		}
	}
	for word, want := range map[string]int{"gp": 0, "bed": 0, "ward": 1, "letter": 1, "discharg": 2, "rr8x": 0, "hl7v2message": 0, "éééé": 1} {
		if got := Typos(word); got != want {
			t.Errorf("Typos(%q) = %d, want %d", word, got, want)
		}
	}
}

// describe writes a query's terms: words with +, =joined, ~last, (key).
func describe(q Query) string {
	var list []string
	for _, t := range q.Terms {
		s := strings.Join(t.Words, "+")
		if t.Joined != "" {
			s += "=" + t.Joined
		}
		if t.Last {
			s += "~"
		}
		if t.Key != "" {
			s += "(" + t.Key + ")"
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func group(members ...string) Group { return Group{From: members, To: members} }

func TestParse(t *testing.T) {
	t.Parallel()
	table := NewTable([]Group{
		group("EPR", "electronic patient record"), group("A&E", "ED", "emergency department", "accident and emergency"),
		group("e-RS", "e-referral service"), group("IT", "information technology"), group("GP", "general practice"),
		group("patient record", "case notes"),
	})
	for text, want := range map[string]string{
		"discharge letters":  "discharg letter~",
		"discharge letters ": "discharg letter",
		"discharge letters?": "discharg letter",
		"how do I get discharge letters into the GP system": "discharg letter gp(gp) system~",
		"How can we get the":                "how can we get", // nothing but wrapping
		"the":                               "",
		"it":                                "it~(it)",
		"IT helpdesk":                       "it(it) helpdesk~",
		"fix it":                            "it~(it)",
		"WHO guidance":                      "who guidanc~",
		"who":                               "who~",
		"EPR":                               "epr~(epr)",
		"electronic patient records in A&E": "electron+patient+record(electron patient record) ae~(ae)",
		"electonic pateint record":          "electonic+pateint+record~(electronic patient record)",
		"the patient record":                "patient+record~(patient record)",
		"accident & emergency":              "accident+emergenci~(accident emergenci)",
		"e-RS":                              "e+rs=ers~(e rs)",
		"ers":                               "ers~(ers)",
		"PPM+ PPM+":                         "ppm=ppmplus",
		"ward wards WARD":                   "ward~",
		"follow-up":                         "follow+up=followup~",
		`+title:"ward" -x*`:                 "titl ward x",
		"":                                  "",
		"\xff\x00":                          "",
	} {
		got := describe(Parse(text, table))
		want = strings.ReplaceAll(want, "electron+", Stem("electronic")+"+")
		want = strings.ReplaceAll(want, "(electron ", "("+Stem("electronic")+" ")
		if got != want {
			t.Errorf("Parse(%q) = %q, want %q", text, got, want)
		}
	}
	if got := Parse("discharge", nil); describe(got) != "discharg~" {
		t.Errorf("without a table: %q", describe(got))
	}
	if got := describe(ParseTitle("how do I get a", table)); got != "how do i get a~" {
		t.Errorf("ParseTitle keeps every word: %q", got)
	}
	if got := describe(Keywords("Discharge letters", "How letters reach the GP", nil)); got != "discharg letter reach gp" {
		t.Errorf("Keywords: %q", got)
	}
}

func TestPhrases(t *testing.T) {
	t.Parallel()
	table := NewTable([]Group{group("e-RS", "e-referral service"), {From: []string{"ward"}, To: []string{"inpatient unit", "ward"}}})
	got := Parse("e-RS", table).Terms[0].Phrases()
	want := [][]string{{"ers"}, {"e", "rs"}, {"e", "referral", "servic"}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("phrases %q, want %q", got, want)
	}
	if got := Parse("ward", table).Terms[0].Phrases(); !slices.EqualFunc(got, [][]string{{"ward"}, {"inpatient", "unit"}}, slices.Equal) {
		t.Errorf("one way: %q", got)
	}
	if got := Parse("inpatient unit ", table); describe(got) != "inpatient unit" {
		t.Errorf("the other way: %q", describe(got))
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"  ward\x00round\xff ": "ward round  ", "a\tb\nc": "a b c", "\u202eward": "ward", "": "",
	} {
		if got := Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
	long := Clean(strings.Repeat("wörd ", 1000))
	if len(long) > MaxQuery || !utf8.ValidString(long) || !strings.HasSuffix(long, "wörd") {
		t.Errorf("a long text ends in %q after %d bytes", long[len(long)-10:], len(long))
	}
}

func TestNeed(t *testing.T) {
	t.Parallel()
	for n, want := range []int{0, 1, 2, 2, 2, 3, 3} {
		if got := Need(n); got != want {
			t.Errorf("Need(%d) = %d, want %d", n, got, want)
		}
	}
}

// FuzzUnits checks that offsets are sound for any bytes.
func FuzzUnits(f *testing.F) {
	for _, s := range []string{"e-RS A&E PPM+ O'Neill", "\xff\xfe", "a-\xffb", "A & \xff", "'s", "é-é", "a&amp;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, u := range Units(text) {
			if u.Start < end || u.End <= u.Start || u.End > len(text) || len(u.Parts) == 0 {
				t.Fatalf("unit %+v after %d in %d bytes", u, end, len(text))
			}
			at := u.Start
			for _, p := range u.Parts {
				if p.Start < at || p.End < p.Start || p.End > u.End || len(p.Word) > maxWord {
					t.Fatalf("part %+v after %d in unit %+v", p, at, u)
				}
				at = p.Start
			}
			end = u.End
		}
		Parse(text, NewTable([]Group{group("A&E", "emergency department")}))
	})
}

// TestLongTexts checks that no shape of text takes more than its length.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"a", "é", "a'", "a-", "a.", "a&", "a & ", "a+", "' ", "e\u0301", "-", "A'S ", "\xff", "日", "a’a-"} {
		text := strings.Repeat(unit, 200_000/len(unit))
		start := time.Now()
		Analyse(text)
		Parse(text, nil)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%q repeated takes %v", unit, took)
		}
	}
}
