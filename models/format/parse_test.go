package format_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/format"
)

// file makes a file of front matter lines after the first three, which end on
// line 4: what is given begins on line 5.
func file(front ...string) string {
	return "---\nformat: grassroots/case-study/1\ntitle: A title\nstage: idea\n" + strings.Join(front, "\n") + "\n---\n\nThe text.\n"
}

func TestParseReadsWhatWriteWrote(t *testing.T) {
	src, err := os.ReadFile("testdata/full.md")
	if err != nil {
		t.Fatal(err)
	}
	got, err := format.Parse("full.md", src)
	if err != nil {
		t.Fatal(err)
	}
	want := full()
	want.Clean()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Parse gives\n%+v\nand not\n%+v", got, want)
	}
}

func TestParseTakesWhatPeopleWrite(t *testing.T) {
	tests := map[string]struct {
		src   string
		check func(f format.File) bool
	}{
		"byte order mark and CRLF": {
			"\uFEFF" + strings.ReplaceAll(file("summary: Short"), "\n", "\r\n"),
			func(f format.File) bool { return f.Summary == "Short" && f.Body == "The text." },
		},
		"white space after the hyphens":     {strings.ReplaceAll(file(), "---\n", "--- \t\n"), func(f format.File) bool { return f.Body == "The text." }},
		"no empty line before the text":     {"---\nformat: grassroots/case-study/1\ntitle: T\nstage: idea\n---\nText", func(f format.File) bool { return f.Body == "Text" }},
		"a second empty line is the text's": {strings.Replace(file(), "\n\nThe", "\n\n\nThe", 1), func(f format.File) bool { return f.Body == "\nThe text." }},
		"a rule in the text":                {file() + "\n---\n\nMore\n", func(f format.File) bool { return f.Body == "The text.\n\n---\n\nMore" }},
		"comments":                          {file("# nothing", "tags: [a] # one"), func(f format.File) bool { return reflect.DeepEqual(f.Tags, []string{"a"}) }},
		"keys without a value":              {file("summary:", "tags:", "connections:", "data_use:", "created:", "id:"), func(f format.File) bool { return f.DataUse == nil && f.Created.IsZero() && f.ID == "" }},
		"lists in block style":              {file("tags:", "  - a", "  - b", "authors:", "  - name: N", "    role: R"), func(f format.File) bool { return len(f.Tags) == 2 && f.Authors[0].Role == "R" }},
		"folded text":                       {file("summary: >", "  one", "  two"), func(f format.File) bool { return f.Summary == "one two" }},
		"an id in small letters":            {file("id: 01jd3z6v7q8r9s0t1v2w3x4y5z"), func(f format.File) bool { return f.ID == "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z" }},
		"a quoted number is text":           {file(`connections: [{from: A, to: B, version: "2.10"}]`), func(f format.File) bool { return f.Connections[0].Version == "2.10" }},
		"a time with an offset":             {file("created: 2026-07-04T09:30:00.9+01:00"), func(f format.File) bool { return f.Created.Equal(time.Date(2026, 7, 4, 8, 30, 0, 0, time.UTC)) }},
		"a quoted time":                     {file(`created: "2026-07-04T09:30:00Z"`), func(f format.File) bool { return f.Created.Hour() == 9 }},
		"numbers in other spellings":        {file("benefits: [{measure: M, before: 1e3, after: -0.0, sample: 4.0}]"), func(f format.File) bool { return *f.Benefits[0].Before == 1000 && *f.Benefits[0].Sample == 4 }},
		"empty entries":                     {file("tags: ['', a, a, A]", "connections: [{}, ~, {from: A, to: B}]"), func(f format.File) bool { return len(f.Tags) == 1 && len(f.Connections) == 1 }},
		"unknown keys at every level": {file("x-cost: {a: [1, two, ~]}", "safety: {dtac: done, officer: {seen: 2026-01-01}}"), func(f format.File) bool {
			return f.Safety.Extra["officer"].(map[string]any)["seen"] == "2026-01-01" && reflect.DeepEqual(f.Extra["x-cost"], map[string]any{"a": []any{1.0, "two", nil}})
		}},
		"an unknown organisation": {file("organisation: zz9zz"), func(f format.File) bool { return f.Organisation == "ZZ9ZZ" }},
		"answers of the devices without quotes": {file("devices: {used: true, provisions: {updates: yes, passwords: no}}"), func(f format.File) bool {
			return f.Devices.Provisions["updates"] == "yes" && f.Devices.Provisions["passwords"] == "no"
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := format.Parse("f.md", []byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if !tt.check(f) {
				t.Errorf("gives %+v", f)
			}
		})
	}
}

// faulty is a file and what is found wrong with it: for each problem its line,
// its field and words of its message, as in "5: summary: This must be text".
type faulty struct {
	src  string
	want []string
}

// columns is where a column stands in a report.
var columns = regexp.MustCompile(`: column \d+: `)

func expectProblems(t *testing.T, tests map[string]faulty) {
	t.Helper()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := format.Parse("f.md", []byte(tt.src))
			if err == nil {
				t.Fatalf("was read: %+v", f)
			}
			lines := strings.Split(columns.ReplaceAllString(err.Error(), ": "), "\n")
			for i, want := range tt.want {
				if i >= len(lines) || !strings.HasPrefix(lines[i], "f.md:") || !strings.Contains(lines[i], want) {
					t.Errorf("problem %d is not %q in\n%s", i, want, err)
				}
			}
			if len(lines) != len(tt.want) {
				t.Errorf("%d problems, not %d:\n%s", len(lines), len(tt.want), err)
			}
			if models.KindOf(err) != models.Invalid || len(models.Fields(err)) != len(lines) {
				t.Errorf("as an error of the domain it is %s with fields %v", models.KindOf(err), models.Fields(err))
			}
		})
	}
}

func TestParseRefusesWhatIsNoCaseStudyFile(t *testing.T) {
	expectProblems(t, map[string]faulty{
		"no front matter":          {"# A title\n\nText", []string{"1: The file has no front matter"}},
		"nothing at all":           {"", []string{"1: The file has no front matter"}},
		"front matter not closed":  {"---\nformat: x\ntitle: T\n", []string{"1: The front matter that begins here is not closed"}},
		"empty front matter":       {"---\n---\nText", []string{"1: The front matter is empty"}},
		"only a comment":           {"---\n# hello\n---\nText", []string{"1: The front matter is empty"}},
		"no map":                   {"---\n- a\n---\nText", []string{"2: The front matter must be keys with values"}},
		"no format":                {"---\ntitle: T\n---\nText", []string{"1: format: The key format is missing"}},
		"another format":           {"---\ntitle: T\nformat: grassroots/case-study/2\nstage: 5\n---\nText", []string{"3: format: This is no format that can be read here"}},
		"a format that is no text": {"---\nformat: [1]\n---\nText", []string{"2: format: This is no format"}},
		"not UTF-8":                {file("summary: a\xff"), []string{"5: The file is not UTF-8"}},
		"UTF-16":                   {"\xff\xfe-\x00-\x00", []string{"1: The file is not UTF-8"}},
		"too large":                {file() + strings.Repeat("a", format.MaxSize), []string{"1: The file is larger than 1 MB"}},
		"an alias":                 {file("summary: &s Text", "campaign: *s"), []string{"5: An anchor such as &s", "6: An alias such as *s"}},
		"an alias to nothing":      {file("summary: *important* news"), []string{"5: An alias such as *"}},
		"a merge key":              {file("x: {<<: {a: 1}}"), []string{"5: A merge key <<"}},
		"a type":                   {file("summary: !!str 5", "x: !odd {}"), []string{"5: A type such as !!str", "6: A type such as !odd"}},
		"two documents":            {"---\nformat: grassroots/case-study/1\n...\ntitle: T\n---\nText", []string{"4: The front matter holds something else after its end"}},
		"a second document begun":  {"---\nformat: grassroots/case-study/1\n--- {}\n---\nText", []string{"3: The front matter holds more than one"}},
	})
}

func TestParseNamesWhatIsWrongWithAValue(t *testing.T) {
	expectProblems(t, map[string]faulty{
		"a key twice":              {file("summary: a", "summary: b"), []string{"6: summary: The key summary stands here a second time"}},
		"a key of an entry twice":  {file("connections:", "  - from: A", "    to: B", "    from: C"), []string{"8: connections[0].from: The key from stands"}},
		"an unknown key twice":     {file("x: {a: 1, a: 2}"), []string{"5: x.a: The key a stands"}},
		"a list for a key":         {file("? [a]", ": b"), []string{"5: A key must be text, and not a list"}},
		"the text in a key":        {file("body: Text"), []string{"5: body: The text of a case study stands below"}},
		"a number for text":        {file("summary: 2.10"), []string{`5: summary: This must be text: write it in quotes, as in "2.10"`}},
		"true for text":            {file("campaign: true"), []string{"5: campaign: This must be text: write it in quotes"}},
		"a list for text":          {file("organisation: [RR8]"), []string{"5: organisation: This must be text, and not a list"}},
		"text for a list":          {file("tags: discharge"), []string{"5: tags: This must be a list, such as [one, another], and not text"}},
		"keys for a list":          {file("authors: {name: N}"), []string{"5: authors: This must be a list"}},
		"text for an entry":        {file("authors: [Amina]"), []string{"5: authors[0]: This must be keys with values, such as {key: value}, and not text"}},
		"text for keys":            {file("data_use: yes"), []string{"5: data_use: This must be keys with values"}},
		"yes for true":             {file("data_use: {personal_data: yes}"), []string{"5: data_use.personal_data: This must be true or false, and not text"}},
		"text for a number":        {file("benefits: [{measure: M, before: 5 days, sample: many}]"), []string{"5: benefits[0].before: This must be a number", "5: benefits[0].sample: This must be a whole number"}},
		"no number":                {file("benefits: [{measure: M, before: .nan, after: -.inf, sample: 1.5}]"), []string{"benefits[0].before: This must be a finite", "benefits[0].after: This must be a finite", "benefits[0].sample: This must be a whole"}},
		"an unknown number":        {file("x: .inf", "y: 9007199254740993"), []string{"5: x: This must be a finite number", "6: y: This whole number is too large"}},
		"an id that is no ULID":    {file("id: 01JD3Z6V7Q8R9S0T1V2W3X4Y5"), []string{"5: id: This must be a ULID"}},
		"an id out of range":       {file("id: 81JD3Z6V7Q8R9S0T1V2W3X4Y5Z"), []string{"5: id: This must be a ULID"}},
		"bad times":                {file("created: 2026-01-04", "updated: 2026-02-30T00:00:00Z"), []string{"5: created: This must be a date and time", "6: updated: This must be a date and time"}},
		"a time before all years":  {file("created: 0001-01-01T00:00:00Z", "updated: 0001-01-01T00:00:00+05:00"), []string{"5: created", "6: updated"}},
		"a rule of a field":        {file("review_by: soon", "language: English"), []string{"5: review_by: Enter the review date", "6: language: The language must be a code"}},
		"a missing field":          {"---\nformat: grassroots/case-study/1\nstage:\n---\n", []string{"1: title: Enter a title", "3: stage: Choose a stage", "5: body: Write at least one section"}},
		"a rule of an entry":       {file("connections:", "  - {from: A, to: B}", "  - {}", "  - {from: A,", "     direction: up}"), []string{"8: connections[2].to: Enter the system", "9: connections[2].direction: The direction must be"}},
		"a rule of a tag":          {file("tags:", "  - a", "  - a", "  - ''", "  - '!'"), []string{"9: tags[3]: A tag has letters"}},
		"each field once":          {file("authors: [{name: [x]}]"), []string{"5: authors[0].name: This must be text, and not a list"}},
		"a rule of an unknown key": {file("connections: [{from: A, to: B, x: '" + strings.Repeat("a", models.MaxExtraText+1) + "'}]"), []string{"5: connections[0].extra: The key “x” cannot be kept"}},
		"too many entries":         {file("tags: [" + strings.Repeat("a,", 501) + "]"), []string{"5: tags: This list has 501 entries"}},
		"too deep":                 {file("x: " + strings.Repeat("[", 40) + strings.Repeat("]", 40)), []string{"5: The front matter has values inside values"}},
		"far too deep":             {file("x: " + strings.Repeat("[", 20_000)), []string{"5: The front matter has values inside values"}},
	})
}

func TestParseExplainsWhatIsNoYAML(t *testing.T) {
	expectProblems(t, map[string]faulty{
		"a colon in a text":    {file("summary: Letters: by post"), []string{"5: A colon with a space"}},
		"a quote not closed":   {file(`summary: "Letters`), []string{"5: A text in quotes begins here"}},
		"a brace not closed":   {file("connections:", "  - {from: A, to: B"), []string{"6: A comma or } is missing"}},
		"a bracket not closed": {file("tags: [a, b", "licence: x"), []string{"5: A comma or ] is missing"}},
		"wrong indentation":    {file("tags:", "  - a", " - b"), []string{"7: This does not go on"}},
		"a tab":                {file("authors:", "\t- name: N"), []string{"6: A text that begins with a tab"}},
		"a character of YAML":  {file("summary: @home"), []string{"5: A text that begins with"}},
		"a control character":  {file("summary: a\x00b"), []string{"5: The front matter holds a control character"}},
		"words without a key":  {file("just words", "licence: x"), []string{"5: A key with a colon"}},
		"a backslash":          {file(`summary: "C:\wards"`), []string{"5: A backslash in a text"}},
	})
}

func TestProblemsSayWhereToLook(t *testing.T) {
	_, err := format.Parse("a b.md", []byte(file("connections:", "  - {from: A, to: B, status: gone}")))
	got := format.Problems(fmt.Errorf("importing: %w", err))
	want := []format.Problem{{File: "a b.md", Line: 6, Column: 22, Field: "connections[0].status", Message: "The status must be planned, trial, live, stopped or unknown"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Problems gives %+v", got)
	}
	if format.Problems(errors.New("another")) != nil {
		t.Error("an error from elsewhere has problems")
	}
	if fields := models.Fields(err); fields[0].Message != "Line 6, column 22: "+want[0].Message {
		t.Errorf("the field's message is %q", fields[0].Message)
	}
}

func TestAReportHasFileLineAndColumn(t *testing.T) {
	for src, want := range map[string]string{
		file("summary: 2.10"):                `f.md:5: column 10: summary: This must be text: write it in quotes, as in "2.10"`,
		file("summary: a", "licence: ŵ\xff"): "f.md:6: column 11: The file is not UTF-8 text: save it as UTF-8 and try again",
		file("summary: ŵ\x00"):               "f.md:5: column 11: The front matter holds a control character: remove it",
		file("summary: Letters: by post"):    "f.md:5: A colon with a space after it stands inside a text here: put the whole text in double quotes",
		"no front matter":                    "f.md:1: The file has no front matter: its first line must be ---",
	} {
		if _, err := format.Parse("f.md", []byte(src)); err == nil || err.Error() != want {
			t.Errorf("%q gives %v, not %s", src, err, want)
		}
	}
}

func TestParseListsNoMoreProblemsThanAPersonReads(t *testing.T) {
	var front []string
	for range 5000 {
		front = append(front, "licence: x")
	}
	_, err := format.Parse("f.md", []byte(file(front...)))
	got := format.Problems(err)
	if n := len(got); n != format.MaxProblems+1 || got[n-1].Message != "And 4899 more" {
		t.Errorf("%d problems, the last: %v", n, got[n-1])
	}
}

// TestParseIsQuickOnHostileFiles holds that no file of the largest size keeps
// a server busy. The bound is far above what any of these takes.
func TestParseIsQuickOnHostileFiles(t *testing.T) {
	const n = format.MaxSize - 200
	for name, front := range map[string]string{
		"unknown keys":      numbered("k%d: 1\n", n),
		"a list of tags":    "tags: [" + strings.Repeat("a,", n/2) + "]",
		"different tags":    "tags: [" + numbered("t%d,", n) + "]",
		"lists in lists":    "x: " + strings.Repeat("[", n),
		"maps in maps":      "x: " + strings.Repeat("{a: ", n/4),
		"a long key":        strings.Repeat("k", n) + ": 1",
		"a long quote":      `x: "` + strings.Repeat(`\x41`, n/4) + `"`,
		"wrong entries":     "connections: [" + strings.Repeat("{from: []},", n/11) + "]",
		"keys twice":        strings.Repeat("a: 1\n", n/5),
		"questions":         strings.Repeat("? ", n/2),
		"hyphens":           "x:\n" + strings.Repeat("- ", n/2),
		"empty lines":       strings.Repeat("\n", n),
		"comments":          strings.Repeat("#\n", n/2),
		"comments in lists": "x:\n" + strings.Repeat(" - a\n #\n", n/8),
		"anchors":           "x: [" + strings.Repeat("&a 1,", n/5) + "]",
		"indented deeper":   deeper(n),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := format.Parse("f.md", []byte(file(front)))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			t.Logf("%v: %.200v", time.Since(start), err)
		})
	}
}

func numbered(pattern string, size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size-20; i++ {
		fmt.Fprintf(&b, pattern, i)
	}
	return b.String()
}

func deeper(size int) string {
	var b strings.Builder
	for i := 0; b.Len()+i+4 < size; i++ {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
