package store

// ownCampaigns are the sections of OwnSections about campaigns.
func ownCampaigns() []OwnSection {
	return []OwnSection{
		{"campaigns", "Campaigns that you made", "SELECT id, slug, title, brief, sponsor, template, published_at, created_at, updated_at FROM campaigns WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"campaign-extensions", "Stages of campaigns that you extended, and why", "SELECT id, campaign_id, stage, was, until, reason, created_at FROM campaign_extensions WHERE person_id = @person AND id > @after ORDER BY id"},
		{"campaign-entries", "What you entered in campaigns", "SELECT id, campaign_id, case_study_id, state, revision, answers, arrived_at, late, created_at, updated_at FROM campaign_entries WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"campaign-answers", "Answers to questions of campaigns that are kept for an idea of yours that is not posted", "SELECT campaign_id, answers, created_at FROM campaign_answers_aside WHERE person_id = @person AND campaign_id > @after ORDER BY campaign_id"},
		{"campaign-files", "Files that you answered questions of campaigns with", "SELECT id, campaign_id, question_id, entry_id, file_name, content_type, size, created_at FROM campaign_files WHERE uploaded_by = @person AND id > @after ORDER BY id"},
		{"campaign-late", "Entries that you let in though they came too late", "SELECT id, campaign_id, case_study_id, late_reason FROM campaign_entries WHERE late_by = @person AND id > @after ORDER BY id"},
		{"campaign-lessons", "What you wrote that was learnt from campaigns", "SELECT campaign_id || ':' || revision AS place, campaign_id, revision, body, created_at FROM campaign_lessons WHERE person_id = @person AND campaign_id || ':' || revision > @after ORDER BY 1"},
		{"campaign-awards", "Awards to entries of campaigns that you recorded", "SELECT id, campaign_id, case_study_id, pence, purpose, organisation, awarded_on, note, created_at, updated_at FROM campaign_awards WHERE person_id = @person AND id > @after ORDER BY id"},
		{"campaign-invitations", "Campaigns that you were invited to", "SELECT id, campaign_id, kind, organisation, state, reminders, created_at, sent_at, opened_at, answered_at, reminded_at FROM campaign_invitations WHERE (person_id = @person OR address = @email AND address <> '') AND id > @after ORDER BY id"},
		{"campaign-invited", "What you said to those whom you invited to campaigns", "SELECT id, campaign_id, message, created_at FROM campaign_invitation_batches WHERE invited_by = @person AND id > @after ORDER BY id"},
	}
}
