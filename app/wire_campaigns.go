package app

import (
	"grassroots/app/campaigns"
	"grassroots/app/notifications"
)

// campaigns makes the feature of campaigns, of which people are told.
func (a *App) campaigns(d Deps, told *notifications.Feature) *campaigns.Feature {
	return campaigns.New(a.Site, d.Queue, campaigns.Hooks{Cards: a.CaseStudies.Cards, Found: a.found, TellMoved: told.CampaignMoved, TellExtended: told.CampaignExtended})
}
