package app

import "grassroots/app/leading"

// leading makes the page of those who lead, which shows case studies as their feature does.
func (a *App) leading() *leading.Feature {
	return leading.New(a.Site, leading.Hooks{Cards: a.CaseStudies.Cards})
}
