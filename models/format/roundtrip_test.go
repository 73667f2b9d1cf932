package format_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/format"
)

// hostile are texts that mean something to YAML or to Markdown, or that are
// hard to keep.
func hostile() []string {
	return []string{
		"", " ", "a", "plain words", "Discharge letters: by post", "ends with:", "a:b", "a #b", "#a", "a#b", "- a", "-", "? a", "a ? b", "?", ": a", ":",
		"[a]", "{a}", "a, b", "a]", "}a", "&a", "*a", "!a", "|", ">", "'a'", `"a"`, `it's`, `a "b" c`, `a\b`, `\`, "%a", "@a", "`a`", "<<", "=", "~", "--- a", "---", "...",
		"null", "Null", "true", "FALSE", "yes", "No", "on", "y", "N", "1", "-1", "+1", "1.0", "2.4", "2.10", ".5", "1.", "1e5", "8E123", "0x1F", "0o17", "017", "0b1", "1_000", "1,000",
		".inf", "-.INF", ".nan", "12:30", "1:20:30", "190:20:30.15", "2026-01-01", "2026-1-1", "2026-01-01 10:00:00", "2026-01-01T10:00:00Z", "2026-01-01T", "1.2.3", "10.0.0.1",
		"£5", "é", "ŵ", "日本語", "🏥", "👩‍⚕️", "a\u0301", "\u00a0", "\u200b", "\ufffd", "a\u0085b", "\u2028", "\u202e", "\ufeff", "\x00", "\x07", "\x7f", "\x1b[31m", "\U000e0001", "\U0010ffff", "\ue000",
		"a\nb", "a\r\nb", "\tb", "a\t# b", "    code", "\n\nlate", "---\ntitle: x\n---\n", "--- \n", "```\n---\n```", "<script>", "a  b", "trailing ", "trailing\n\n",
		strings.Repeat("long words ", 12), strings.Repeat("x", 1100), strings.Repeat(": # ", 300), strings.Repeat("🏥", 400),
	}
}

type generator struct{ *rand.Rand }

func (g generator) text() string {
	list := hostile()
	s := list[g.IntN(len(list))]
	for g.IntN(3) == 0 {
		s += list[g.IntN(len(list))]
	}
	return s
}

func (g generator) texts() []string {
	var out []string
	for range g.IntN(4) {
		out = append(out, g.text())
	}
	return out
}

func (g generator) float() float64 {
	switch g.IntN(6) {
	case 0:
		return float64(g.IntN(100))
	case 1:
		return math.Float64frombits(g.Uint64())
	case 2:
		return []float64{0, math.Copysign(0, -1), 1 << 53, 1<<53 - 1, -1 << 60, 1e21, 1e-7, math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(-1)}[g.IntN(11)]
	}
	return math.Round(g.NormFloat64()*1e6) / 100
}

func (g generator) value(depth int) any {
	switch g.IntN(8 - depth) {
	case 0:
		return nil
	case 1:
		return g.IntN(2) == 0
	case 2, 3:
		return g.float()
	case 4:
		list := []any{}
		for range g.IntN(3) {
			list = append(list, g.value(depth+1))
		}
		return list
	case 5:
		return g.extraIn(depth + 1)
	}
	return g.text()
}

func (g generator) extraIn(depth int) map[string]any {
	m := map[string]any{}
	for range g.IntN(4) {
		m[g.text()] = g.value(min(depth, 4))
	}
	return m
}

func (g generator) extra() map[string]any {
	if m := g.extraIn(0); len(m) > 0 && g.IntN(2) == 0 {
		return m
	}
	return nil
}

func (g generator) number() *float64 {
	if g.IntN(2) == 0 {
		return nil
	}
	return ptr(g.float())
}

func (g generator) file() format.File {
	f := format.File{Document: models.Document{
		Title: g.text(), Summary: g.text(), Stage: models.Stages()[g.IntN(5)], Settings: g.texts(), Tags: g.texts(),
		Licence: g.text(), Body: g.text() + g.text() + "\n" + g.text() + "x", Extra: g.extra(),
	}}
	for range g.IntN(3) {
		f.Authors = append(f.Authors, models.Author{Name: g.text(), Handle: g.text(), Role: g.text(), StaffGroup: g.text(), Extra: g.extra()})
		f.Connections = append(f.Connections, models.Connection{From: g.text(), To: g.text(), Version: g.text(), Transport: g.text(), Data: g.texts(), Extra: g.extra()})
		f.Benefits = append(f.Benefits, models.Benefit{Measure: g.text(), Unit: g.text(), Before: g.number(), After: g.number(), Method: g.text(), Extra: g.extra()})
		f.Evidence = append(f.Evidence, models.Evidence{Title: g.text(), Authors: g.texts(), Source: g.text(), Claim: g.text(), CheckedBy: g.text(), Extra: g.extra()})
	}
	if g.IntN(2) == 0 {
		f.DataUse = &models.DataUse{PersonalData: g.IntN(2) == 0, LawfulBasis: g.text(), DPIA: g.text(), Notes: g.text(), Extra: g.extra()}
		f.Safety = &models.Safety{DTAC: g.text(), Extra: g.extra()}
		f.Devices = &models.Devices{Used: g.IntN(2) == 0, Extra: g.extra()}
		if name := models.CleanLine(g.text()); name != "" {
			f.Devices.Provisions = map[string]string{name: models.ProvisionAnswers()[g.IntN(4)]}
		}
	}
	if g.IntN(3) == 0 {
		f.NICEEvidence = &models.NICEEvidence{Tier: models.NICETiers()[g.IntN(3)].Value, Extra: g.extra()}
		f.ResearchUse = &models.ResearchUse{Study: g.text(), Datasets: []models.Dataset{{Name: g.text(), HeldBy: g.text(), Extra: g.extra()}}, Approvals: []models.Approval{{Kind: "rec", Reference: g.text(), Extra: g.extra()}}, Extra: g.extra()}
	}
	if g.IntN(2) == 0 {
		f.ID = "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"
		f.Created = time.Unix(g.Int64N(4e9), 0).UTC()
		f.Updated = f.Created.Add(time.Hour)
	}
	f.Clean()
	return f
}

// roundTrip holds that a valid cleaned case study is read back as it was, and
// written the same to the byte, also when it was kept as JSON meanwhile, as
// the database does.
func roundTrip(t *testing.T, f format.File) {
	t.Helper()
	first, err := format.Write(f)
	if err != nil {
		t.Fatalf("Write: %v of %+v", err, f)
	}
	back, err := format.Parse("f.md", first)
	if err != nil {
		t.Fatalf("Parse: %v of\n%s", err, first)
	}
	if !reflect.DeepEqual(back, f) {
		t.Fatalf("Parse gives\n%+v\nof\n%+v\nas\n%s", back, f, first)
	}
	kept, err := json.Marshal(back.Document)
	if err != nil {
		t.Fatal(err)
	}
	back.Document = models.Document{}
	if err := json.Unmarshal(kept, &back.Document); err != nil {
		t.Fatal(err)
	}
	second, err := format.Write(back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Fatalf("Write gives\n%s\nand after it was read and kept\n%s", first, second)
	}
}

// TestEverythingValidIsReadBackAsItWas writes and reads case studies made of
// hostile texts. Most are cut down to what the rules allow, field by field.
func TestEverythingValidIsReadBackAsItWas(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	tried := 0
	for range 1_500 {
		f := g.file()
		for range 50 {
			fields := models.Fields(f.Validate())
			if len(fields) == 0 {
				break
			}
			drop(&f, fields[0].Field)
			f.Clean()
		}
		if f.Validate() != nil {
			continue
		}
		tried++
		roundTrip(t, f)
	}
	if tried < 1_000 {
		t.Errorf("only %d case studies were valid", tried)
	}
}

// drop takes away what a rule was broken by.
func drop(f *format.File, field string) {
	name, rest, _ := strings.Cut(field, "[")
	number, part, _ := strings.Cut(rest, "]")
	i := 0
	for _, c := range number {
		i = 10*i + int(c-'0')
	}
	switch name {
	case "title":
		f.Title = "A title: with #hash"
	case "summary":
		f.Summary = ""
	case "licence":
		f.Licence = ""
	case "settings":
		f.Settings = append(f.Settings[:i], f.Settings[i+1:]...)
	case "body":
		f.Body = "Text"
	case "extra":
		f.Extra = nil
	case "tags":
		f.Tags = append(f.Tags[:i], f.Tags[i+1:]...)
	case "authors":
		f.Authors[i] = models.Author{Name: "N: [" + part + "]"}
	case "connections":
		f.Connections[i] = models.Connection{From: "A, " + part, To: "{" + part}
	case "benefits":
		f.Benefits[i] = models.Benefit{Measure: "- " + part, After: ptr(0.1)}
	case "evidence":
		f.Evidence[i] = models.Evidence{Title: "*" + part}
	default:
		switch name, _, _ := strings.Cut(field, "."); name {
		case "data_use":
			f.DataUse = nil
		case "safety":
			f.Safety = nil
		case "devices":
			f.Devices = nil
		case "nice_evidence":
			f.NICEEvidence = nil
		case "research_use":
			f.ResearchUse = nil
		}
	}
}

func TestWriteChangesNothingOfItsCaller(t *testing.T) {
	f := full()
	f.Title, f.Authors[0].Name, f.Connections[0].Site, f.DataUse.DPIA = " a\n b ", " x ", "rr8", " done "
	f.Benefits[0].Unit, f.Evidence[0].Kind = " u ", " k "
	want := full()
	want.Title, want.Authors[0].Name, want.Connections[0].Site, want.DataUse.DPIA = f.Title, f.Authors[0].Name, f.Connections[0].Site, f.DataUse.DPIA
	want.Benefits[0].Unit, want.Evidence[0].Kind = f.Benefits[0].Unit, f.Evidence[0].Kind
	got, err := format.Write(f)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f, want) {
		t.Error("Write changed the case study it was given")
	}
	if !strings.Contains(string(got), "\ntitle: a b\n") {
		t.Errorf("the title was not cleaned:\n%s", got)
	}
}

func TestWriteRefusesWhatCannotBeReadBack(t *testing.T) {
	deep := any("x")
	for range models.MaxExtraDepth {
		deep = []any{deep}
	}
	for name, change := range map[string]func(f *format.File){
		"a lower-case id":        func(f *format.File) { f.ID = strings.ToLower(f.ID) },
		"not a number":           func(f *format.File) { f.Benefits[0].Before = ptr(math.NaN()) },
		"an infinite number":     func(f *format.File) { f.Extra["x"] = math.Inf(1) },
		"a known key as unknown": func(f *format.File) { f.Extra["title"] = "another" },
		"the text as unknown":    func(f *format.File) { f.Extra["body"] = "another" },
		"a Go type":              func(f *format.File) { f.Extra["x"] = 1 },
		"a key without name":     func(f *format.File) { f.Extra[""] = true },
		"a key too long":         func(f *format.File) { f.Safety.Extra = map[string]any{strings.Repeat("k", 500): true} },
		"a text not in UTF-8":    func(f *format.File) { f.Extra["x"] = "\xff" },
		"depth":                  func(f *format.File) { f.Extra["x"] = deep },
		"a year of five digits":  func(f *format.File) { f.Created = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"size":                   func(f *format.File) { f.Body = strings.Repeat("x", format.MaxSize) },
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			change(&f)
			if got, err := format.Write(f); err == nil {
				t.Errorf("was written:\n%.2000s", got)
			}
		})
	}
}

// FuzzRoundTrip tries texts in every kind of place.
func FuzzRoundTrip(f *testing.F) {
	for i, s := range hostile() {
		f.Add(s, "a "+s, s+" b", hostile()[(i*7)%len(hostile())], float64(i)*1.1)
	}
	f.Fuzz(func(t *testing.T, a, b, c, body string, n float64) {
		doc := format.File{Document: models.Document{
			Title: a, Summary: b, Stage: models.StageIdea, Settings: []string{a, b, c}, Body: body,
			Authors:     []models.Author{{Name: a, Role: b, Extra: map[string]any{c: a}}},
			Connections: []models.Connection{{From: a, To: b, Version: c, Data: []string{c, b}}},
			Benefits:    []models.Benefit{{Measure: b, Unit: a, Before: &n}},
			DataUse:     &models.DataUse{Notes: c},
			Extra:       map[string]any{a: map[string]any{b: []any{c, n, nil}}, c: b},
		}}
		doc.Clean()
		if doc.Validate() != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			t.Skip()
		}
		roundTrip(t, doc)
	})
}

// FuzzParse holds that no file makes the reader panic, that what it takes is
// valid, and that what it took is read back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(file()))
	full, err := format.Write(full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	for _, s := range hostile() {
		f.Add([]byte(file("summary: "+s, "x: ["+s+"]", s+": "+s)))
		f.Add([]byte(file("connections:\n  - {from: " + s + ", to: B}\n# " + s)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := format.Parse("f.md", src)
		if err != nil {
			if len(format.Problems(err)) == 0 || models.KindOf(err) != models.Invalid {
				t.Fatalf("an error without problems: %v", err)
			}
			return
		}
		if err := got.Validate(); err != nil {
			t.Fatalf("was read and is not valid: %v", err)
		}
		roundTrip(t, got)
	})
}
