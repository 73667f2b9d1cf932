package cite

import (
	"strconv"
	"time"

	"grassroots/models"
)

// Site is what a case study stands on, for its reference.
const Site = "Grassroots"

// CaseStudy is a case study as a work. Its authors are those whom its page names, or the
// organisation where it happens when it names none.
func CaseStudy(cs *models.CaseStudy, orgName, address string) Work {
	w := Work{Key: "grassroots-" + cs.Slug, Kind: Page, Title: cs.Title, Source: Site, Date: models.InLondonDay(cs.PublishedAt), Revision: cs.Revision, URL: address, Language: cs.Language, Licence: cs.Licence}
	for _, a := range cs.Authors {
		w.Authors = append(w.Authors, a.Name)
	}
	if len(w.Authors) == 0 && orgName != "" {
		w.Authors = []string{orgName}
	}
	if cs.Revision > 1 {
		w.Updated, _ = time.Parse(time.DateOnly, models.InLondonDay(cs.UpdatedAt))
	}
	return w
}

// Evidence is a source of a case study as a work.
func Evidence(cs *models.CaseStudy, i int) Work {
	e := cs.Evidence[i]
	w := Work{Key: "grassroots-" + cs.Slug + "-" + strconv.Itoa(i+1), Kind: Other, Title: e.Title, Authors: e.Authors, Source: e.Source, Date: e.Date, URL: e.Address(), DOI: e.DOI, PMID: e.PMID}
	if w.Title == "" {
		w.Title = w.URL
	}
	if w.Title == "" {
		w.Title = e.Claim
	}
	switch {
	case e.Source != "" && (e.PMID != "" || e.DOI != ""):
		w.Kind = Article
	case e.Kind == "local-audit" || e.Kind == "evaluation" || e.Kind == "supplier-report":
		w.Kind = Report
	case w.URL != "":
		w.Kind = Page
	}
	return w
}
