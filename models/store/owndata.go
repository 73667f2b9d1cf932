package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"grassroots/models"
)

// OwnSection is one kind of what is kept of a person, for their own export.
type OwnSection struct {
	Name, Title string
	query       string
}

// ownPage is how many rows of an export are read at once.
const ownPage = 200

// ownStudies are the case studies that a person has written, by their ids.
const ownStudies = "(SELECT id FROM case_studies WHERE owner_id = @person UNION SELECT case_study_id FROM case_study_people WHERE person_id = @person)"

// OwnSections lists what an export of one's own data has. Each query gives rows
// after a place, with the place of each first; what tells of somebody else, and
// every secret, is left out by its columns.
func OwnSections() []OwnSection {
	revision := "r.case_study_id || ':' || CAST(r.number + 1000000000 AS TEXT)"
	collected, asked := "collection_id || ':' || case_study_id", "collection_id || ':' || person_id"
	return append([]OwnSection{
		{"profile", "Your profile", "SELECT id, handle, name, email, job_title, staff_group, organisation, confirmed AS confirmed_at_organisation, confirmed_at, years_experience, skills, bio, (SELECT language FROM person_languages WHERE person_id = @person) AS language, created_at FROM people WHERE id = @person AND id > @after ORDER BY id"},
		{"pay-band", "Your pay band, which nobody else sees", "SELECT person_id AS place, band FROM pay_bands WHERE person_id = @person AND person_id > @after"},
		{"expertise", "What you say that you know", "SELECT kind || ':' || said AS place, kind, value, said FROM expertise WHERE person_id = @person AND kind || ':' || said > @after ORDER BY 1"},
		{"expertise-choices", "What you like to be asked about, and who sees what you know", "SELECT person_id AS place, ask_me, shown, findable, changed_at FROM expertise_choices WHERE person_id = @person AND person_id > @after"},
		{"former-handles", "Handles that you had before", "SELECT handle, changed_at FROM former_handles WHERE person_id = @person AND handle > @after ORDER BY handle"},
		{"roles", "Your roles", "SELECT role || ':' || organisation AS place, role, organisation FROM grants WHERE person_id = @person AND role || ':' || organisation > @after ORDER BY 1"},
		{"single-sign-on", "Accounts of a provider that sign in", "SELECT issuer || ' ' || subject AS place, issuer, subject, organisation, staff_group, created_at, used_at FROM identities WHERE person_id = @person AND issuer || ' ' || subject > @after ORDER BY 1"},
		{"passkeys", "Passkeys", "SELECT id, name, created_at, used_at FROM passkeys WHERE person_id = @person AND id > @after ORDER BY id"},
		{"sessions", "Where you are signed in", "SELECT id, user_agent, network, means, created_at, seen_at, expires_at FROM sessions WHERE person_id = @person AND id > @after ORDER BY id"},
		{"tokens", "API tokens", "SELECT id, name, created_at, used_at, expires_at FROM tokens WHERE person_id = @person AND id > @after ORDER BY id"},
		{"case-studies", "Case studies", "SELECT id, slug, title, status, visibility, organisation, stage, CASE WHEN owner_id = @person THEN 'posted' ELSE 'co-author' END AS part, votes, comments, created_at, updated_at, published_at FROM case_studies WHERE id IN " + ownStudies + " AND id > @after ORDER BY id"},
		{"revisions", "What you wrote in case studies", "SELECT " + revision + " AS place, r.case_study_id, r.number, r.note, r.created_at, r.document FROM revisions r WHERE r.editor_id = @person AND " + revision + " > @after ORDER BY 1"},
		{"drafts", "Drafts", "SELECT id, title, created_at, updated_at, document FROM drafts WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"shared-drafts", "Drafts of others that you were asked to write with", "SELECT draft_id FROM draft_people WHERE person_id = @person AND draft_id > @after ORDER BY draft_id"},
		{"files", "Files that you uploaded", "SELECT id, case_study_id, file_name, content_type, size, alt, created_at FROM attachments WHERE uploaded_by = @person AND id > @after ORDER BY id"},
		{"comments", "Comments", "SELECT id, case_study_id, parent_id AS reply_to, kind, body, created_at, edited_at, deleted_at, hidden_at, helped_at FROM comments WHERE author_id = @person AND id > @after ORDER BY id"},
		{"channels", "Channels that you added for an organisation", "SELECT id, organisation, kind, host, hears, created_at FROM channels WHERE created_by = @person AND id > @after ORDER BY id"},
		{"votes", "Votes", "SELECT case_study_id, created_at FROM votes WHERE person_id = @person AND case_study_id > @after ORDER BY case_study_id"},
		{"bookmarks", "What you keep for later", "SELECT id, case_study_id, created_at FROM bookmarks WHERE person_id = @person AND id > @after ORDER BY id"},
		{"collections", "Collections that you made", "SELECT id, slug, title, about, audience, staff_group, organisation, source_id AS copied_from, copies, studies, created_at, updated_at FROM collections WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"collected", "What you put into collections, and why", "SELECT " + collected + " AS place, collection_id, case_study_id, position, note, added_at FROM collection_items WHERE added_by = @person AND " + collected + " > @after ORDER BY 1"},
		{"collection-parts", "Collections of others that you edit, or were asked to", "SELECT collection_id AS place, collection_id, invited_at, accepted_at FROM collection_editors WHERE person_id = @person AND collection_id > @after ORDER BY collection_id"},
		{"collection-invitations", "Whom you asked to edit collections with you", "SELECT " + asked + " AS place, collection_id, person_id, invited_at FROM collection_editors WHERE invited_by = @person AND " + asked + " > @after ORDER BY 1"},
		{"searches", "Searches that you saved", "SELECT id, name, query, created_at, seen_at FROM saved_searches WHERE person_id = @person AND id > @after ORDER BY id"},
		{"follows", "What you follow", "SELECT kind || ':' || thing AS place, kind, thing, delivery, created_at FROM follows WHERE person_id = @person AND kind || ':' || thing > @after ORDER BY 1"},
		{"notifications", "Notifications", "SELECT id, reason, case_study_id, comment_id, created_at, read_at FROM notifications WHERE person_id = @person AND id > @after ORDER BY id"},
		{"notification-settings", "How you hear of things", "SELECT person_id AS place, choices, time_zone, quiet, quiet_from, quiet_to, digest_day, digest_hour, stopped_at, stopped_why FROM notify_settings WHERE person_id = @person AND person_id > @after"},
		{"bounces", "Your address, as e-mail did not get through", "SELECT person_id AS place, address, bounces, reason, last_at, stopped_at FROM mail_bounces WHERE person_id = @person AND person_id > @after"},
		{"address-to-be", "The e-mail address that you asked for and have not confirmed", "SELECT person_id AS place, email, expires_at FROM email_changes WHERE person_id = @person AND person_id > @after"},
		{"conversations", "Private conversations that you are in", "SELECT conversation_id AS place, conversation_id, part, read_at, left_at FROM conversation_people WHERE person_id = @person AND conversation_id > @after ORDER BY conversation_id"},
		{"messages", "What you wrote in private conversations", "SELECT id, conversation_id, body, created_at FROM messages WHERE author_id = @person AND id > @after ORDER BY id"},
		{"blocks", "Of whom you take no questions", "SELECT blocked_id AS place, blocked_id, created_at FROM conversation_blocks WHERE person_id = @person AND blocked_id > @after ORDER BY blocked_id"},
		{"asked", "What you were asked for your experience of", "SELECT id, case_study_id, question_id, why, asked_at, declined_at FROM feedback_asks WHERE person_id = @person AND id > @after ORDER BY id"},
		{"decisions", "What you said became of case studies", "SELECT id, case_study_id, status, reason, made_at FROM decisions WHERE person_id = @person AND id > @after ORDER BY id"},
		{"asked-choices", "How often you want to be asked", "SELECT person_id AS place, a_week FROM feedback_choices WHERE person_id = @person AND person_id > @after"},
		{"thanks", "Whom you thanked, and for what", "SELECT id, case_study_id, reason, words, created_at FROM thanks WHERE from_id = @person AND id > @after ORDER BY id"},
		{"workforce", "What you said of how the workforce is made up", "SELECT id, counted_by, shares, source, as_of, entered_at FROM workforce_mixes WHERE entered_by = @person AND id > @after ORDER BY id"},
		{"thanked", "Thanks to you", "SELECT thanks_id, hidden FROM thanks_people WHERE person_id = @person AND thanks_id > @after ORDER BY thanks_id"},
		{"reflections", "What you learnt, for your register", "SELECT id, case_study_id, register, title, day, minutes, method, with_others, themes, what, learnt, changed, relevance, created_at, changed_at FROM reflections WHERE person_id = @person AND id > @after ORDER BY id"},
		{"mentions", "Comments that mention you", "SELECT comment_id, created_at FROM mentions WHERE person_id = @person AND comment_id > @after ORDER BY comment_id"},
		{"reports", "Your reports to the moderators", "SELECT r.id, r.reason, r.words, r.created_at, r.changed_at, i.kind, i.subject_id AS about, i.closed_at, i.outcome, i.answer FROM reports r JOIN moderation_items i ON i.id = r.item_id WHERE r.reporter_id = @person AND r.id > @after ORDER BY r.id"},
		{"measures", "What moderators did", `SELECT id, action, kind, subject_id AS about, reason, words, made_at, until, read_at, lifted_at, lift_words, appealed_at,
			CASE WHEN appealed_by = @person THEN appeal ELSE '' END AS appeal, decision, decided_at, CASE WHEN appealed_by = @person THEN decision_words ELSE '' END AS decided
			FROM measures WHERE (author_id = @person OR kind = 'adoption' AND subject_id IN (SELECT id FROM adoptions WHERE owner_id = @person) OR kind = 'case-study' AND subject_id IN ` + ownStudies + ") AND id > @after ORDER BY id"},
		{"withdrawals", "Why you withdrew case studies of others", "SELECT case_study_id, words, made_at FROM withdrawals WHERE by_id = @person AND case_study_id > @after ORDER BY case_study_id"},
		{"transfers", "Imports and exports that you asked for", "SELECT id, kind, state, organisation, since, file_name, size, created_at, updated_at FROM transfers WHERE person_id = @person AND id > @after ORDER BY id"},
		{"import-files", "Files that wait to be imported", "SELECT id, file_name, created_at FROM import_files WHERE person_id = @person AND id > @after ORDER BY id"},
		{"webhooks", "Webhooks that you added", "SELECT id, url, description, created_at FROM webhooks WHERE created_by = @person AND id > @after ORDER BY id"},
		{"let-stand", "What you said is no patient data", "SELECT id, subject, subject_id, field, kind, reason, created_at FROM overrides WHERE person_id = @person AND id > @after ORDER BY id"},
		{"e-mails", "E-mails to you", "SELECT id, subject, state, created_at, sent_at FROM emails WHERE LOWER(to_address) = @email AND id > @after ORDER BY id"},
		{"record", "What you did, by the audit record", "SELECT id, at, means, action, subject, address AS network, request FROM audit_events WHERE actor = @person AND id > @after ORDER BY id"},
		{"record-of-others", "What others did about your account, by the audit record", "SELECT id, at, means, action FROM audit_events WHERE subject = @person AND actor <> @person AND id > @after ORDER BY id"},
	}, slices.Concat(ownAdoptions(), ownCampaigns(), ownJudging(), ownWorkspaces())...)
}

// ownAdoptions lists what there is of adoptions.
func ownAdoptions() []OwnSection {
	step := "adoption_id || ':' || CAST(number + 1000000000 AS TEXT)"
	return []OwnSection{
		{"adoptions", "Adoptions that you look after", "SELECT id, case_study_id, organisation, status, sites, started, in_use, stopped, baseline, result, cost, adaptations, needed, reason, figures, created_at, changed_at FROM adoptions WHERE owner_id = @person AND id > @after ORDER BY id"},
		{"adoption-follow-ups", "Adoptions that you were asked about", "SELECT id, adoption_id, months, asked_at, answered_at, status FROM adoption_followups WHERE person_id = @person AND id > @after ORDER BY id"},
		{"adoption-steps", "What you said of how far an organisation is", "SELECT " + step + " AS place, adoption_id, status, at FROM adoption_steps WHERE person_id = @person AND " + step + " > @after ORDER BY 1"},
	}
}

// OwnField is one column of one row of an export. Value is a text, a number, a
// time in UTC, a document as JSON, or nil.
type OwnField struct {
	Name  string
	Value any
}

// EachOwn calls f with every row of a section of what is kept of a person, a page
// at a time.
func (s *Store) EachOwn(ctx context.Context, section OwnSection, p *models.Person, f func([]OwnField) error) error {
	for after := ""; ; {
		list, last, err := s.ownRows(ctx, section, p, after)
		if err != nil {
			return fmt.Errorf("%s: %w", section.Name, err)
		}
		for _, row := range list {
			if err := f(row); err != nil {
				return err
			}
		}
		if len(list) < ownPage {
			return nil
		}
		after = last
	}
}

func (s *Store) ownRows(ctx context.Context, section OwnSection, p *models.Person, after string) (list [][]OwnField, last string, err error) {
	args := map[string]any{"person": p.ID, "email": strings.ToLower(p.Email), "after": after}
	rows, err := s.DB(ctx).Raw(section.query+fmt.Sprintf(" LIMIT %d", ownPage), args).Rows()
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, "", err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, "", err
		}
		var row []OwnField
		for i, name := range columns {
			value, err := ownValue(name, values[i], p.Email)
			if err != nil {
				return nil, "", err
			}
			if i == 0 {
				last, _ = value.(string)
			}
			if name != "place" {
				row = append(row, OwnField{name, value})
			}
		}
		list = append(list, row)
	}
	return list, last, rows.Err()
}

// ownValue gives what a database says as it is exported: the same from either.
func ownValue(column string, value any, email string) (any, error) {
	if b, ok := value.([]byte); ok {
		value = string(b)
	}
	switch v := value.(type) {
	case time.Time:
		return v.UTC(), nil
	case string:
		switch column {
		case "document":
			return withoutAddresses(v, email)
		case "skills", "choices", "hears", "shares", "scores":
			return json.RawMessage(v), nil
		}
	}
	return value, nil
}

// withoutAddresses leaves the e-mail addresses of other authors out of a
// document: they are not the exporter's own.
func withoutAddresses(document, email string) (json.RawMessage, error) {
	var d map[string]any
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return nil, err
	}
	for key, value := range d {
		authors, ok := value.([]any)
		if !ok || !strings.EqualFold(key, "authors") {
			continue
		}
		for _, a := range authors {
			author, _ := a.(map[string]any)
			for field, said := range author {
				if text, _ := said.(string); strings.EqualFold(field, "email") && !strings.EqualFold(text, email) {
					delete(author, field)
				}
			}
		}
	}
	return json.Marshal(d)
}
