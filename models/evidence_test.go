package models_test

import (
	"strings"
	"testing"

	"grassroots/models"
)

func TestDOIsAndPubMedIdentifiersAreTakenAsPeoplePasteThem(t *testing.T) {
	for typed, want := range map[string]string{
		"10.1136/bmj.n71": "10.1136/bmj.n71", " https://doi.org/10.1136/bmj.n71 ": "10.1136/bmj.n71", "http://dx.doi.org/10.1136/bmj.n71": "10.1136/bmj.n71", "DOI: 10.1136/bmj.n71": "10.1136/bmj.n71",
		"doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C1::AID-AJPA1%3E3.0.CO;2-1": "10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-1",
		"https://doi.org/10.1136/bmj.n71?utm_source=x#sec":                        "10.1136/bmj.n71", "https://www.bmj.com/content/372/bmj.n71": "https://www.bmj.com/content/372/bmj.n71", "https://doi.org/%zz": "https://doi.org/%zz", "": "",
	} {
		if got := models.CleanDOI(typed); got != want {
			t.Errorf("CleanDOI(%q) is %q and not %q", typed, got, want)
		}
		if again := models.CleanDOI(want); again != want {
			t.Errorf("CleanDOI(%q) is %q: cleaned twice", want, again)
		}
	}
	for typed, want := range map[string]string{"33782057": "33782057", "PMID: 33782057": "33782057", "https://pubmed.ncbi.nlm.nih.gov/33782057/?x=1": "33782057",
		"https://www.ncbi.nlm.nih.gov/pubmed/33782057": "33782057", "PMC8005924": "PMC8005924", "0": "0"} {
		if got := models.CleanPMID(typed); got != want {
			t.Errorf("CleanPMID(%q) is %q and not %q", typed, got, want)
		}
	}
	for doi, want := range map[string]string{"10.1136/bmj.n71": "https://doi.org/10.1136/bmj.n71", "10.1/x": "", "10.1000/a?b#c<d>": "https://doi.org/10.1000/a%3Fb%23c%3Cd%3E", `10.1000/"><script>`: "https://doi.org/10.1000/%22%3E%3Cscript%3E", "javascript:alert(1)": ""} {
		if got := models.DOIURL(doi); got != want {
			t.Errorf("DOIURL(%q) is %q and not %q", doi, got, want)
		}
	}
	if models.PubMedURL("33782057") != "https://pubmed.ncbi.nlm.nih.gov/33782057/" || models.PubMedURL("1/../x") != "" {
		t.Error("the address of a PubMed identifier is wrong")
	}
}

func TestWhatASourceSaysIsChecked(t *testing.T) {
	study := func(e ...models.Evidence) models.Document {
		d := models.Document{Title: "T", Stage: models.StageIdea, Body: "B", Benefits: []models.Benefit{{Measure: "Minutes"}}, Evidence: e}
		d.Clean()
		return d
	}
	good := study(models.Evidence{DOI: "https://doi.org/10.1136/bmj.n71", PMID: "PMID 33782057", Benefit: " Minutes ", Date: "2024-05", Checked: "2026-02-11", Authors: []string{" Smith J ", "", "Smith J"}})
	if err := good.Validate(); err != nil || good.Evidence[0].DOI != "10.1136/bmj.n71" || good.Evidence[0].PMID != "33782057" || len(good.Evidence[0].Authors) != 1 || !good.Evidence[0].Supports(good.Benefits[0]) {
		t.Errorf("kept is %+v, %v", good.Evidence, err)
	}
	long := strings.Repeat("x", 301)
	bad := study(models.Evidence{Title: "T", DOI: "bmj", PMID: "PMC1", Benefit: "Hours", Date: "May 2024", Checked: "2026-02", CheckedBy: long, Source: long, Claim: long, Authors: []string{long}})
	fields := models.Fields(bad.Validate())
	for _, want := range []string{"doi", "pmid", "benefit", "date", "checked", "checked_by", "source", "claim", "authors"} {
		found := false
		for _, f := range fields {
			found = found || f.Field == "evidence[0]."+want
		}
		if !found {
			t.Errorf("nothing is wrong with %s: %v", want, fields)
		}
	}
	if d := study(models.Evidence{Kind: "rct"}); d.Evidence != nil {
		t.Error("a kind of nothing was kept")
	}
}

// A document that was kept before these keys were known has them among the unknown ones.
func TestKeysThatWereUnknownBecomeKnown(t *testing.T) {
	extra := map[string]any{"doi": "10.1136/bmj.n71", "pmid": 33782057.0, "volume": "3"}
	d := models.Document{Title: "T", Stage: models.StageIdea, Body: "B", Evidence: []models.Evidence{{Title: "S", Extra: extra}}}
	d.Clean()
	if e := d.Evidence[0]; e.DOI != "10.1136/bmj.n71" || e.PMID != "33782057" || len(e.Extra) != 1 || len(extra) != 3 || d.Validate() != nil {
		t.Errorf("kept is %+v of %v, %v", e, extra, d.Validate())
	}
}
