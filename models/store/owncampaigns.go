package store

// ownCampaigns are the sections of OwnSections about campaigns.
func ownCampaigns() []OwnSection {
	return []OwnSection{
		{"campaigns", "Campaigns that you made", "SELECT id, slug, title, brief, sponsor, template, published_at, created_at, updated_at FROM campaigns WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"campaign-extensions", "Stages of campaigns that you extended, and why", "SELECT id, campaign_id, stage, was, until, reason, created_at FROM campaign_extensions WHERE person_id = @person AND id > @after ORDER BY id"},
	}
}
