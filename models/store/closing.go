package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"grassroots/models"
)

// ClosePerson closes an account for good: what tells who the person is goes,
// with the sessions, tokens, roles and messages. Their rows stay, so that what
// they wrote and voted for does, under models.FormerMember. What they wrote with
// others is left before: see LeaveCaseStudies, LeaveDrafts and ForgetAuthor.
// NotFound when there is no such person, or the account is closed already.
func (s *Store) ClosePerson(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var old personRow
		if err := s.forUpdate(ctx).Take(&old, "id = ? AND closed_at IS NULL", id).Error; err != nil {
			return notFound(err, "That person")
		}
		if err := s.countPeople(ctx, old.Organisation, -1); err != nil {
			return err
		}
		if err := s.keepSuspended(ctx, old); err != nil {
			return err
		}
		handles, err := s.handlesOf(ctx, old)
		if err != nil {
			return err
		}
		for _, h := range handles {
			if err := s.DB(ctx).Exec("INSERT INTO retired_handles (hash) VALUES (?) ON CONFLICT DO NOTHING", handleHash(h)).Error; err != nil {
				return err
			}
		}
		for _, table := range []string{"former_handles", "sessions", "tokens", "identities", "passkeys", "held_forms", "grants", "mentions", "idempotency_keys", "email_changes", "import_files", "notifications", "notify_settings", "mail_dues", "mail_bounces", "expertise", "expertise_choices", "bookmarks", "feedback_asks", "feedback_choices", "reflections", "saved_searches", "pay_bands", "person_languages", "campaign_invitations", "campaign_answers_aside"} {
			if err := s.DB(ctx).Exec("DELETE FROM "+table+" WHERE person_id = ?", id).Error; err != nil {
				return err
			}
		}
		for _, statement := range []string{"DELETE FROM sign_in_links WHERE email = ?", "DELETE FROM emails WHERE LOWER(to_address) = ?", "DELETE FROM campaign_invitations WHERE address = ? AND address <> ''"} {
			if err := s.DB(ctx).Exec(statement, old.Email).Error; err != nil {
				return err
			}
		}
		if err := errors.Join(s.leaveAdoptions(ctx, id), s.leaveWorkspaces(ctx, id)); err != nil {
			return err
		}
		if err := s.leaveThanksAndEntries(ctx, id); err != nil {
			return err
		}
		if err := s.leaveConversations(ctx, id); err != nil {
			return err
		}
		if err := errors.Join(s.leaveCollections(ctx, id), s.closeJudging(ctx, id)); err != nil {
			return err
		}
		if err := s.forgetFollows(s.DB(ctx), id); err != nil {
			return err
		}
		Note(ctx, "person.close", id, nil, nil)
		now := s.Now()
		nobody := personRow{Handle: models.FormerHandle(id), Name: models.FormerMember, Email: strings.ToLower(id) + "@closed.invalid",
			Skills: jsonList[string]{}, ClosedAt: &now}
		err = s.DB(ctx).Model(&personRow{}).Where("id = ?", id).
			Select("handle", "name", "email", "job_title", "staff_group", "organisation", "years_experience", "skills", "bio", "closed_at", "confirmed", "confirmed_by", "confirmed_at", "unread").Updates(&nobody).Error
		if err != nil {
			return err
		}
		return s.changed(ctx, KindPerson, id)
	})
}

// handlesOf lists the handles that a person has and had.
func (s *Store) handlesOf(ctx context.Context, p personRow) ([]string, error) {
	var handles []string
	err := s.DB(ctx).Raw("SELECT handle FROM former_handles WHERE person_id = ?", p.ID).Scan(&handles).Error
	return append(handles, p.Handle), err
}

// handleHash is what is kept of the handle of a closed account.
func handleHash(handle string) string {
	sum := sha256.Sum256([]byte(handle))
	return hex.EncodeToString(sum[:])
}

// retired tells whether a handle was that of an account that is closed.
func (s *Store) retired(ctx context.Context, handle string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("retired_handles").Where("hash = ?", handleHash(handle)).Count(&n).Error
	return n > 0, err
}

// HandleFree tells whether nobody has or had a handle.
func (s *Store) HandleFree(ctx context.Context, handle string) (bool, error) {
	var n int64
	err := s.DB(ctx).Raw(`SELECT (SELECT COUNT(*) FROM people WHERE handle = ?) + (SELECT COUNT(*) FROM former_handles WHERE handle = ?)
		+ (SELECT COUNT(*) FROM retired_handles WHERE hash = ?)`, handle, handle, handleHash(handle)).Scan(&n).Error
	return n == 0, err
}

// LeaveCaseStudies takes a person from among those who may edit case studies.
// One that they own goes to a co-author, the one who has been here longest;
// without any it stays with the person, and those who moderate can change it.
func (s *Store) LeaveCaseStudies(ctx context.Context, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Exec("DELETE FROM case_study_people WHERE person_id = ?", personID).Error; err != nil {
			return err
		}
		return s.DB(ctx).Exec(`UPDATE case_studies SET owner_id = (SELECT MIN(person_id) FROM case_study_people WHERE case_study_id = case_studies.id)
			WHERE owner_id = ? AND id IN (SELECT case_study_id FROM case_study_people)`, personID).Error
	})
}

// LeaveDrafts takes a person from among those who work on drafts. One that they
// began goes to whoever owns the case study now, or works on it with them. It
// gives the ids of those that nobody else works on.
func (s *Store) LeaveDrafts(ctx context.Context, personID string) (alone []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Exec("DELETE FROM draft_people WHERE person_id = ?", personID).Error; err != nil {
			return err
		}
		err := s.DB(ctx).Exec(`UPDATE drafts SET owner_id = (SELECT owner_id FROM case_studies WHERE id = drafts.id)
			WHERE owner_id = ? AND id IN (SELECT id FROM case_studies WHERE owner_id <> ?)`, personID, personID).Error
		if err != nil {
			return err
		}
		err = s.DB(ctx).Exec(`UPDATE drafts SET owner_id = (SELECT MIN(person_id) FROM draft_people WHERE draft_id = drafts.id)
			WHERE owner_id = ? AND id IN (SELECT draft_id FROM draft_people)`, personID).Error
		if err != nil {
			return err
		}
		return s.DB(ctx).Raw("SELECT id FROM drafts WHERE owner_id = ? ORDER BY id", personID).Scan(&alone).Error
	})
	return alone, err
}

// ForgetAuthor takes what tells who a person is out of the authors of case
// studies, their revisions and drafts: where an author has one of the person's
// handles or their e-mail address, or in what they own their name alone. It
// reads every text that could name them.
func (s *Store) ForgetAuthor(ctx context.Context, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var p personRow
		if err := s.DB(ctx).Take(&p, "id = ?", personID).Error; err != nil {
			return notFound(err, "That person")
		}
		handles, err := s.handlesOf(ctx, p)
		if err != nil {
			return err
		}
		where, args := "LOWER(document) LIKE ? ESCAPE '\\'", []any{inDocument("email", p.Email)}
		for _, h := range handles {
			where += " OR document LIKE ? ESCAPE '\\'"
			args = append(args, inDocument("handle", h))
		}
		where += " OR document LIKE ? ESCAPE '\\'"
		args = append(args, inDocument("name", p.Name))
		is := func(a models.Author, owned bool) bool {
			return a.Email == p.Email || slices.Contains(handles, a.Handle) || owned && a.Handle == "" && a.Email == "" && strings.EqualFold(a.Name, p.Name)
		}
		if err := s.forgetInRevisions(ctx, personID, where, args, is); err != nil {
			return err
		}
		return s.forgetInDrafts(ctx, personID, where, args, is)
	})
}

// inDocument is a pattern for a field of a kept document.
func inDocument(field, value string) string {
	return `%"` + field + `":"` + likeEscaper.Replace(inJSON(value)) + `"%`
}

func (s *Store) forgetInRevisions(ctx context.Context, personID, where string, args []any, is func(a models.Author, owned bool) bool) error {
	var rows []struct {
		Row     revisionRow `gorm:"embedded"`
		OwnerID string
		Current int
	}
	err := s.DB(ctx).Table("revisions").Select("revisions.case_study_id, revisions.number, revisions.document, case_studies.owner_id, case_studies.revision AS current").
		Joins("JOIN case_studies ON case_studies.id = revisions.case_study_id").Where(where, args...).Find(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		doc := r.Row.Document
		if !forget(&doc, func(a models.Author) bool { return is(a, r.OwnerID == personID) }) {
			continue
		}
		err := s.DB(ctx).Model(&revisionRow{}).Where("case_study_id = ? AND number = ?", r.Row.CaseStudyID, r.Row.Number).
			Select("document").Updates(&revisionRow{Document: doc}).Error
		if err != nil {
			return err
		}
		if r.Row.Number == r.Current {
			if err := s.DB(ctx).Exec("UPDATE case_studies SET byline = ? WHERE id = ?", doc.Authors[0].Name, r.Row.CaseStudyID).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) forgetInDrafts(ctx context.Context, personID, where string, args []any, is func(a models.Author, owned bool) bool) error {
	var rows []draftRow
	if err := s.DB(ctx).Select("id", "document", "owner_id").Where(where, args...).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		if !forget(&r.Document, func(a models.Author) bool { return is(a, r.OwnerID == personID) }) {
			continue
		}
		// Whoever has the draft open is shown both versions when they save.
		err := s.DB(ctx).Model(&draftRow{}).Where("id = ?", r.ID).Select("document").Updates(&draftRow{Document: r.Document}).Error
		if err != nil {
			return err
		}
		if err := s.DB(ctx).Exec("UPDATE drafts SET version = version + 1 WHERE id = ?", r.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// forget takes what tells who somebody is out of the authors of a document, and
// tells whether they were there.
func forget(d *models.Document, is func(models.Author) bool) bool {
	found := false
	for i, a := range d.Authors {
		if is(a) {
			d.Authors[i] = models.Author{Name: models.FormerMember}
			found = true
		}
	}
	return found
}

// leaveThanksAndEntries removes the thanks that somebody gave and was given, their drafts of
// entries to campaigns, and the files that no entry has.
func (s *Store) leaveThanksAndEntries(ctx context.Context, id string) error {
	for _, statement := range []string{"DELETE FROM thanks WHERE from_id = ?", "DELETE FROM thanks_people WHERE person_id = ?", "DELETE FROM campaign_entries WHERE owner_id = ? AND state = 'draft'",
		"UPDATE campaign_files SET drop_at = NULL WHERE uploaded_by = ? AND entry_id IS NULL"} {
		if err := s.exec(ctx, statement, id); err != nil {
			return err
		}
	}
	return nil
}
