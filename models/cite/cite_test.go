package cite_test

import (
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/cite"
)

func study() models.CaseStudy {
	return models.CaseStudy{Slug: "letters-in-minutes", Revision: 3, PublishedAt: time.Date(2026, 1, 4, 23, 30, 0, 0, time.UTC), UpdatedAt: time.Date(2026, 7, 11, 23, 30, 0, 0, time.UTC),
		Document: models.Document{Title: "Letters in minutes: 100% & {more}", Language: "en", Licence: "OGL-UK-3.0", Authors: []models.Author{{Name: "Amina Yusuf", Email: "amina@nhs.net"}, {Name: "Pat O’Brien"}},
			Evidence: []models.Evidence{
				{Kind: "rct", Title: "Does it work?", Authors: []string{"Smith J", "Patel A", "Jones B", "Ali C", "Wu D", "Roy E", "Kay F"}, Source: "BMJ", Date: "2024-05", DOI: "10.1136/a_{b}", PMID: "33782057"},
				{Kind: "local-audit", Title: "Audit", Source: "Leeds", Date: "2025"}, {URL: "https://example.nhs.uk/a_b"}, {Claim: "It is quick"},
			}}}
}

func TestACaseStudyIsCitedAsItsPageNamesIt(t *testing.T) {
	cs := study()
	w := cite.CaseStudy(&cs, "Leeds Teaching Hospitals", "https://g.test/case-studies/letters-in-minutes")
	w.Read = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	if got, want := w.Vancouver(), "Amina Yusuf, Pat O’Brien. Letters in minutes: 100% & {more} [Internet]. Grassroots; 2026 Jan 4 [updated 2026 Jul 12; cited 2026 Nov 27]. Available from: https://g.test/case-studies/letters-in-minutes"; got != want {
		t.Errorf("Vancouver is\n%s\nand not\n%s", got, want)
	}
	if got, want := w.Harvard(), "Amina Yusuf and Pat O’Brien (2026) Letters in minutes: 100% & {more}. Grassroots, revision 3. Available at: https://g.test/case-studies/letters-in-minutes (Accessed: 27 November 2026)."; got != want {
		t.Errorf("Harvard is\n%s\nand not\n%s", got, want)
	}
	if got, want := w.BibTeX(), `@misc{grassroots-letters-in-minutes,
  author = {{Amina Yusuf} and {Pat O’Brien}},
  title = {{Letters in minutes: 100\% \& \textbraceleft{}more\textbraceright{}}},
  howpublished = {{Grassroots}},
  year = {2026},
  month = jan,
  version = {3},
  url = {https://g.test/case-studies/letters-in-minutes},
  urldate = {2026-11-27},
  language = {en}
}
`; got != want {
		t.Errorf("BibTeX is\n%s", got)
	}
	if got, want := w.RIS(), "TY  - ELEC\r\nID  - grassroots-letters-in-minutes\r\nAU  - Amina Yusuf\r\nAU  - Pat O’Brien\r\nTI  - Letters in minutes: 100% & {more}\r\nPB  - Grassroots\r\nPY  - 2026\r\nDA  - 2026/01/04/\r\nET  - 3\r\n"+
		"UR  - https://g.test/case-studies/letters-in-minutes\r\nLA  - en\r\nY2  - 2026/11/27/\r\nER  - \r\n"; got != want {
		t.Errorf("RIS is\n%q\nand not\n%q", got, want)
	}
	cs.Authors = nil
	if got := cite.CaseStudy(&cs, "Leeds Teaching Hospitals", "u").Harvard(); !strings.HasPrefix(got, "Leeds Teaching Hospitals (2026)") {
		t.Errorf("without authors it is %s", got)
	}
}

func TestSourcesAreCitedByWhatIsKnown(t *testing.T) {
	cs := study()
	for i, want := range []struct{ vancouver, harvard, bib, ris string }{
		{"Smith J, Patel A, Jones B, Ali C, Wu D, Roy E, et al. Does it work? BMJ. 2024 May. doi: 10.1136/a_{b} PubMed PMID: 33782057.", "Smith J et al. (2024) Does it work? BMJ. doi: 10.1136/a_{b}", "doi = {10.1136/a_%7Bb%7D}", "TY  - JOUR"},
		{"Audit. Leeds; 2025.", "Audit (2025). Leeds.", "@techreport{grassroots-letters-in-minutes-2,\n  title = {{Audit}},\n  institution = {{Leeds}}", "TY  - RPRT"},
		{"https://example.nhs.uk/a_b [Internet]. Available from: https://example.nhs.uk/a_b", "https://example.nhs.uk/a_b (no date). Available at: https://example.nhs.uk/a_b", "url = {https://example.nhs.uk/a_b}", "TY  - ELEC"},
		{"It is quick.", "It is quick (no date).", "@misc", "TY  - GEN"},
	} {
		w := cite.Evidence(&cs, i)
		if got := w.Vancouver(); got != want.vancouver {
			t.Errorf("%d: Vancouver is\n%s\nand not\n%s", i, got, want.vancouver)
		}
		if got := w.Harvard(); got != want.harvard {
			t.Errorf("%d: Harvard is\n%s\nand not\n%s", i, got, want.harvard)
		}
		if got := w.BibTeX(); !strings.Contains(got, want.bib) {
			t.Errorf("%d: BibTeX is\n%s", i, got)
		}
		if got := w.RIS(); !strings.Contains(got, want.ris) {
			t.Errorf("%d: RIS is\n%s", i, got)
		}
	}
}

// Whatever stands in a title, an entry stays one entry: its braces are in pairs and no
// line of a record begins another.
func TestHostileTextsEndNoEntry(t *testing.T) {
	for _, s := range []string{`}`, `{`, `\`, `a}, author = {Mallory`, "x\r\nER  - \r\nTY  - JOUR", `%`, `~^_#$&`} {
		w := cite.Work{Key: "k", Title: s, Authors: []string{s}, Source: s, DOI: s, URL: s, Language: s}
		depth := 0
		for _, r := range w.BibTeX() {
			switch r {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth < 0 {
				break
			}
		}
		if depth != 0 {
			t.Errorf("the braces of %q are not in pairs:\n%s", s, w.BibTeX())
		}
		if n := strings.Count(w.RIS(), "\r\nER  - "); n != 1 {
			t.Errorf("%q ends %d records:\n%s", s, n, w.RIS())
		}
	}
}
