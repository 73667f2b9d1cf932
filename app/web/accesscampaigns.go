package web

import "grassroots/models"

// campaignAccess is the part of the table of access about campaigns: their
// making, entries, votes and judging.
var campaignAccess = map[models.Right][]string{
	models.Browse: {
		"GET /api/v1/campaigns",
		"GET /campaigns",
		"GET /campaigns/calendar.ics",
		"GET /campaigns/:slug/results",
		"GET /campaigns/:slug/vote",
	},
	models.TakePart: {
		"GET /campaigns/:slug/judging",
		"POST /campaigns/:slug/judging/answer",
		"PUT /api/v1/campaigns/:id/entries/:case_study/score",
		"GET /campaigns/:slug/judging/:study",
		"POST /campaigns/:slug/judging/:study",
		"POST /campaigns/:slug/judging/:study/conflict",
		"POST /campaigns/:slug/vote",
		"PUT /api/v1/campaigns/:id/vote",
		"GET /campaigns/:slug/enter",
		"POST /campaigns/:slug/enter",
		"GET /campaigns/:slug/entries/:entry",
		"POST /campaigns/:slug/entries/:entry",
		"POST /campaigns/:slug/entries/:entry/withdraw",
		"POST /api/v1/campaigns/:id/entries",
	},
	models.ReadPublic: {
		"GET /api/v1/campaigns/:id",
		"GET /api/v1/campaigns/:id/entries",
		"GET /campaigns/:slug",
		"GET /campaigns/:slug/entries",
	},
	models.RunCampaign: {
		"GET /campaigns/:slug/ballot",
		"POST /campaigns/:slug/ballot",
		"GET /campaigns/:slug/signs",
		"GET /campaigns/:slug/panel",
		"POST /campaigns/:slug/panel",
		"POST /campaigns/:slug/panel/assign",
		"POST /campaigns/:slug/panel/judges",
		"POST /campaigns/:slug/panel/judges/:handle/remove",
		"GET /campaigns/:slug/moderation",
		"GET /campaigns/:slug/moderation/:study",
		"POST /campaigns/:slug/moderation/:study",
		"POST /api/v1/campaigns",
		"GET /campaigns/new",
		"GET /campaigns/programme",
		"POST /campaigns/new",
		"GET /campaigns/:slug/edit",
		"POST /campaigns/:slug/edit",
		"POST /campaigns/:slug/publish",
		"POST /campaigns/:slug/copy",
		"POST /campaigns/:slug/delete",
		"GET /campaigns/:slug/extend",
		"POST /campaigns/:slug/extend",
		"GET /campaigns/:slug/entries/:entry/let-in",
		"POST /campaigns/:slug/entries/:entry/let-in",
	},
}
