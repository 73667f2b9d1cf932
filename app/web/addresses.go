package web

import (
	"net/url"

	"grassroots/models"
)

// StudyURL is the page of a case study.
func StudyURL(slug string) string { return "/case-studies/" + url.PathEscape(slug) }

// AdoptionURL is the page of what an organisation, by its ODS code, does with a case study.
func AdoptionURL(slug, organisation string) string {
	return StudyURL(slug) + "/adoptions/" + url.PathEscape(organisation)
}

// AdoptionAt is where an adoption stands: that of another instance is there.
func AdoptionAt(a *models.Adoption) string {
	if a.Site != "" {
		return a.URL
	}
	return AdoptionURL(a.Slug, a.Organisation)
}
