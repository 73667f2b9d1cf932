package searchtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/search"
)

// spellings checks that words with signs in them are found however they are
// typed.
func spellings(t *testing.T, ix search.Index) {
	titles := map[string]string{
		"ers":     "Referrals through e-RS",
		"ae":      "A&E at night",
		"ppm":     "Notes in PPM+",
		"hl7":     "Messages in HL7 v2.4",
		"fhir":    "Resources of FHIR R4",
		"follow":  "Follow-up by telephone",
		"ennis":   "Ward of Sister O'Ennis",
		"parent":  "The parent’s leaflet",
		"cafe":    "Café Ŵaun for visitors",
		"covid":   "COVID-19 swabs",
		"it":      "What the IT helpdesk learned",
		"systm":   "Moving to SystmOne",
		"icd":     "Coding with ICD-10",
		"digital": "Digitisation of notes",
		"shout":   "NURSE ROSTERS",
	}
	docs := []search.Document{
		with(doc("leeds", "Theatre lists"), "organisation", "RR8", "standard", "gp-connect"),
		{Kind: search.KindOrganisation, ID: "RX9", Title: "An ambulance trust"},
	}
	for id, title := range titles {
		docs = append(docs, doc(id, title))
	}
	upsert(t, ix, docs...)
	for query, want := range map[string]string{
		"e-RS": "ers", "ERS": "ers", "eRS": "ers", "e rs": "ers", "e‑rs": "ers",
		"A&E": "ae", "a & e": "ae", "AE": "ae", "A&amp;E": "ae",
		"PPM+": "ppm", "ppm": "ppm", "PPM": "ppm",
		"HL7 v2": "hl7", "hl7 V2.4": "hl7", "HL7": "hl7", "v2.4": "hl7",
		"FHIR R4": "fhir", "fhir r4": "fhir", "r4": "fhir",
		"follow up": "follow", "follow-up": "follow", "followup": "follow", "follow-ups": "follow",
		"O'Ennis": "ennis", "o’ennis": "ennis", "oennis": "ennis", "O'Ennis's": "ennis",
		"parents": "parent", "parent's": "parent", "leaflets": "parent",
		"cafe": "cafe", "CAFÉ": "cafe", "Waun": "cafe",
		"covid": "covid", "covid-19": "covid", "COVID19": "covid",
		"IT helpdesk": "it", "SystmOne": "systm", "icd10": "icd", "ICD 10": "icd",
		"digitization": "digital", "digitise": "digital", "nurses' roster": "shout",
		"RR8": "leeds", "rr8": "leeds", "gp-connect": "leeds", "rx9": "RX9",
	} {
		r := find(t, ix, search.Query{Text: query})
		if len(r.Hits) == 0 || r.Hits[0].ID != want {
			t.Errorf("%q finds %q, want %q first", query, ids(r.Hits), want)
		}
	}
}

// matching checks what is enough to be found, and what is not.
func matching(t *testing.T, ix search.Index) {
	a, b, c := doc("a", "Discharge letters"), doc("b", "Discharge lounge"), doc("c", "Ward rounds with words")
	a.Body = "The practice receives them as a message."
	c.Body = "Nobody is discharged late."
	upsert(t, ix, a, b, c, doc("d", "Interoperability of records"))
	for query, want := range map[string]string{
		"discharge":                   "a b c", // in the body too, in any form
		"discharges":                  "a b c",
		"discharge letters":           "a",   // both of two words
		"letters lounge":              "a b", // no document has both
		"letters unfindable":          "a",   // a word that occurs nowhere asks for nothing
		"unfindable":                  "",
		"unfindable nowhere at all":   "",
		"ward":                        "c", // a word that occurs is taken at its word
		"the":                         "a b c d",
		"  \t\n ":                     "a b c d",
		"??? !!! ...":                 "a b c d",
		"where are the letters":       "a",
		"interop":                     "d", // unfinished
		"interop ":                    "",  // finished: followed by a blank
		"dicharge":                    "a b c",
		"dishcarge letter":            "a",
		"discharge letters practice":  "a c b", // two of three, best first: c and b have one
		"discharge, \"letters\" (NOT": "a",
	} {
		r := find(t, ix, search.Query{Text: query})
		got := ids(r.Hits)
		if query == "discharge letters practice" {
			if len(got) == 0 || got[0] != "a" {
				t.Errorf("%q finds %q, want a first", query, got)
			}
			continue
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want || r.Total != len(got) {
			t.Errorf("%q finds %q of %d, want %q", query, got, r.Total, want)
		}
	}
	// A title says more than a body.
	if r := find(t, ix, search.Query{Text: "discharge"}); r.Hits[2].ID != "c" {
		t.Errorf("discharge: %q, want c last", ids(r.Hits))
	}
}

// anyBytes asks what no person would, and wants an answer in good time.
func anyBytes(t *testing.T, ix search.Index) {
	docs, err := Corpus()
	if err != nil {
		t.Fatal(err)
	}
	upsert(t, ix, docs...)
	const patience = 1500 * time.Millisecond
	for _, text := range []string{
		"\x00", "\xff\xfe\xfd", "a\x00b", "disch\xffarge", `"`, `""`, `"discharge`, `+title:"`, `title:x^5~2`, "*", "?", "dis*", "/.*/",
		"-discharge", "--", "NOT AND OR", "(((", "discharge)", "{", "[x TO y]", `\`, `\"`, "' OR 1=1 --", "<script>", "%00%ff", "\u202e\u200b\u200d",
		"🏥🏥🏥", "日本語の検索", "Ysbyty", "é", strings.Repeat("é", 70_000), strings.Repeat("x", 100_000), strings.Repeat("a ", 50_000),
		strings.Repeat("discharge letters ", 6_000), strings.Repeat("\x00", 100_000), strings.Repeat("\"", 100_000), strings.Repeat("a-b.c&d+", 10_000),
		strings.Join(strings.Fields(docs[0].Body), " "), strings.Repeat("qwrtzxv ", 200), "a b c d e f g h i j k l m n o p q r s t u v w x y z",
	} {
		start := time.Now()
		if _, err := ix.Search(t.Context(), search.Query{Text: text, Limit: 10, Facets: []string{"stage"}}); err != nil {
			t.Errorf("Search %.40q: %v", text, err)
		}
		if _, err := ix.Suggest(t.Context(), text, 5); err != nil {
			t.Errorf("Suggest %.40q: %v", text, err)
		}
		if _, err := ix.Similar(t.Context(), search.KindCaseStudy, text, text, "\xff", 5); err != nil {
			t.Errorf("Similar %.40q: %v", text, err)
		}
		if took := time.Since(start); took > 3*patience {
			t.Errorf("%.40q took %v", text, took)
		}
	}
}

func parse(t *testing.T, table string) search.Synonyms {
	t.Helper()
	s, err := search.ParseSynonyms(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func synonyms(t *testing.T, ix search.Index) {
	deep := doc("deep", "Going live in one weekend")
	deep.Body = "The electronic patient record was switched on at night."
	upsert(t, ix, doc("epr", "EPR go-live"), doc("record", "Choosing an electronic patient record"), deep,
		doc("apart", "Electronic lists and the record of a patient"), doc("ward", "Ward rounds"), doc("unit", "Inpatient unit"),
		doc("ed", "Queues in the emergency department"), doc("ae", "A&E at night"), doc("other", "Emergency planning for every department"))
	want := func(stage, query, list string) {
		t.Helper()
		expectSet(t, stage+": "+query, find(t, ix, search.Query{Text: query}), strings.Fields(list)...)
	}
	want("no table", "EPR", "epr")
	want("no table", "A&E", "ae")

	table := parse(t, "EPR, electronic patient record\nA&E, ED, emergency department, accident and emergency\nward => inpatient unit")
	if err := ix.SetSynonyms(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	want("table", "EPR", "epr record deep")
	want("table", "eprs", "epr record deep")
	// Who types the phrase also finds its words apart, but later.
	want("table", "electronic patient record", "epr record deep apart")
	want("table", "electronic patient records", "epr record deep apart")
	want("table", "electonic pateint record", "epr record deep apart")
	order := ids(find(t, ix, search.Query{Text: "electronic patient record"}).Hits)
	if slices.Index(order, "apart") < max(slices.Index(order, "record"), slices.Index(order, "epr")) {
		t.Errorf("words apart come before the phrase and its synonyms: %q", order)
	}
	want("table", "A&E", "ed ae")
	want("table", "ed", "ed ae")
	want("table", "accident and emergency", "ed ae")
	want("table", "emergency department", "ed ae other")
	want("table", "queues in A&E", "ed")
	want("one way", "wards", "ward unit")
	want("one way", "inpatient unit", "unit")

	// Another table takes effect at once, and so does none.
	if err := ix.SetSynonyms(t.Context(), parse(t, "EPR, ward")); err != nil {
		t.Fatal(err)
	}
	want("changed", "EPR", "epr ward")
	want("changed", "A&E", "ae")
	want("changed", "ward", "epr ward")
	if err := ix.SetSynonyms(t.Context(), search.Synonyms{}); err != nil {
		t.Fatal(err)
	}
	want("none", "EPR", "epr")
}

func suggest(t *testing.T, ix search.Index) {
	body := doc("body", "Something else")
	body.Summary, body.Body = "Discharge letters", "Discharge letters"
	upsert(t, ix, doc("letters", "Discharge letters reach the GP system"), doc("lounge", "Discharge lounge"), body,
		doc("ward", "A virtual ward for people with lung disease"),
		search.Document{Kind: search.KindPerson, ID: "leah", Title: "Leah Discharge", URL: "/people/leah"})
	if err := ix.SetSynonyms(t.Context(), search.DefaultSynonyms()); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"d": "letters lounge leah ward", "dis": "letters lounge leah ward", "disch": "letters lounge leah", "discharge": "letters lounge leah",
		"discharge l": "letters lounge leah", "discharge le": "letters leah", "discharge let": "letters", "discharge letters": "letters",
		"disharge let": "letters", "discharge leters": "letters", "lette": "letters", "virtual wa": "ward", "a virt": "ward",
		"lung di": "ward", "le": "letters leah", "zzz": "", "": "", " ": "",
	} {
		hits, err := ix.Suggest(t.Context(), typed, 10)
		if err != nil {
			t.Errorf("Suggest %q: %v", typed, err)
			continue
		}
		got, list := ids(hits), strings.Fields(want)
		slices.Sort(got)
		slices.Sort(list)
		if !slices.Equal(got, list) {
			t.Errorf("Suggest %q: %q, want %q", typed, got, list)
		}
	}
	hits, err := ix.Suggest(t.Context(), "Leah", 10)
	if err != nil || len(hits) != 1 || hits[0] != (search.Hit{Kind: search.KindPerson, ID: "leah", Title: "Leah Discharge", URL: "/people/leah", Score: hits[0].Score}) {
		t.Errorf("Suggest Leah: %+v, %v", hits, err)
	}
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 2: 2} {
		if hits, err := ix.Suggest(t.Context(), "discharge", limit); err != nil || len(hits) != want {
			t.Errorf("Suggest with limit %d: %d hits, %v", limit, len(hits), err)
		}
	}
}

func similar(t *testing.T, ix search.Index) {
	docs, err := Corpus()
	if err != nil {
		t.Fatal(err)
	}
	upsert(t, ix, docs...)
	upsert(t, ix, search.Document{Kind: search.KindPerson, ID: "p", Title: "Discharge letters to the GP"})
	if err := ix.SetSynonyms(t.Context(), search.DefaultSynonyms()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ title, summary, exclude, want string }{
		{"Getting discharge letters to the GP faster", "Letters written on the ward reach the practice.", "", "discharge-letters"},
		{"Sending discharge leters to practices", "", "", "discharge-letters"},
		{"Text message reminders for outpatient appointments", "", "", "outpatient-reminders"},
		{"EPR downtime: a copy to read", "", "epr-go-live", "epr-read-only"},
		{"Home monitoring of oxygen for people with lung disease", "A virtual ward.", "", "virtual-ward-copd"},
		{"Tracking infusion pumps with RFID tags", "", "", "asset-tracking"},
	} {
		hits, err := ix.Similar(t.Context(), search.KindCaseStudy, c.title, c.summary, c.exclude, 5)
		if err != nil || len(hits) == 0 || hits[0].ID != c.want || len(hits) > 5 {
			t.Errorf("Similar %q: %q (%v), want %q first", c.title, ids(hits), err, c.want)
		}
		for _, h := range hits {
			if h.ID == c.exclude || h.Kind != search.KindCaseStudy {
				t.Errorf("Similar %q gives %s %s", c.title, h.Kind, h.ID)
			}
		}
	}
	for _, d := range docs[:10] {
		hits, err := ix.Similar(t.Context(), d.Kind, d.Title, d.Summary, d.ID, 5)
		if err != nil || slices.Contains(ids(hits), d.ID) {
			t.Errorf("Similar to %s gives itself or %v", d.ID, err)
		}
		hits, err = ix.Similar(t.Context(), d.Kind, d.Title, d.Summary, "", 5)
		if err != nil || len(hits) == 0 || hits[0].ID != d.ID {
			t.Errorf("Similar to the text of %s: %q, %v", d.ID, ids(hits), err)
		}
	}
	if hits, err := ix.Similar(t.Context(), search.KindCaseStudy, "the and of", "", "", 5); err != nil || len(hits) != 0 {
		t.Errorf("Similar to nothing: %q, %v", ids(hits), err)
	}
}
