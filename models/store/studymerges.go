package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type studyMergeRow struct {
	FromID    string
	IntoID    string
	MeasureID string
}

func (studyMergeRow) TableName() string { return "case_study_merges" }

// Moved counts what went from one case study to another.
type Moved struct {
	Votes     int // those of people who had not voted for the second
	Comments  int // deleted ones not counted
	Adoptions int // by as many organisations, of those that try or use it
}

// MergeStudies makes one case study part of another: who voted for it has voted
// for the second, its comments and adoptions are there, and the first is withdrawn. That is
// kept as a measure, which closes what is reported of the first. m.FromID,
// IntoID, ByID and Words are read. Its text, its files and what it joins stay
// with it. Invalid when the two cannot be merged: see models.MayMerge.
func (s *Store) MergeStudies(ctx context.Context, m models.StudyMerge) (moved Moved, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		from, into, err := s.lockStudies(ctx, m.FromID, m.IntoID)
		if err != nil {
			return err
		}
		if err := models.MayMerge(&from, &into); err != nil {
			return err
		}
		row := studyMergeRow{FromID: from.ID, IntoID: into.ID, MeasureID: s.NewID()}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		if err := s.moveVotes(ctx, from.ID, into.ID); err != nil {
			return err
		}
		if err := s.moveComments(ctx, from.ID, into.ID); err != nil {
			return err
		}
		if err := s.moveAdoptions(ctx, from.ID, into.ID); err != nil {
			return err
		}
		if err := s.moveFollowers(ctx, from.ID, into.ID); err != nil {
			return err
		}
		if err := s.recountBoth(ctx, from.ID, into.ID); err != nil {
			return err
		}
		after, err := s.CaseStudy(ctx, into.ID)
		if err != nil {
			return err
		}
		moved = Moved{after.Votes - into.Votes, after.Comments - into.Comments, after.Adoptions - into.Adoptions}
		Note(ctx, "case-study.merge", from.ID, nil, map[string]any{"into": into.ID, "votes": moved.Votes, "comments": moved.Comments, "adoptions": moved.Adoptions})
		if err := s.setStatus(ctx, from.ID, models.Withdrawn); err != nil {
			return err
		}
		return s.keepMerge(ctx, models.Measure{ID: row.MeasureID, Action: models.MeasureMerge, Kind: models.ThingStudy, SubjectID: from.ID, CaseStudyID: from.ID,
			AuthorID: from.OwnerID, ModeratorID: m.ByID, Reason: "duplicate", Words: m.Words})
	})
	return moved, err
}

// keepMerge keeps a merge as a measure, and closes with it what is reported of
// the case study that is part of another now.
func (s *Store) keepMerge(ctx context.Context, m models.Measure) error {
	item, err := s.OpenItemOf(ctx, m.Kind, m.SubjectID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	m.ItemID = item.ID
	if err := s.TakeMeasure(ctx, &m); err != nil || m.ItemID == "" {
		return err
	}
	return s.CloseItem(ctx, m.ItemID, m.ModeratorID, models.OutcomeMerged, "It is part of another case study now, to which its address leads.") // which may be for others by the time this is read
}

// reopenItem opens again what a merge has closed, unless the same was reported
// again meanwhile.
func (s *Store) reopenItem(ctx context.Context, id string) error {
	done := s.DB(ctx).Exec(`UPDATE moderation_items SET closed_at = NULL, closed_by = '', outcome = '', answer = '' WHERE id = ? AND outcome = ?
		AND NOT EXISTS (SELECT 1 FROM moderation_items o WHERE o.cause = moderation_items.cause AND o.kind = moderation_items.kind AND o.subject_id = moderation_items.subject_id
			AND o.measure_id = moderation_items.measure_id AND o.closed_at IS NULL)`, id, models.OutcomeMerged)
	if done.Error == nil && done.RowsAffected > 0 {
		Note(ctx, "moderation.reopen", id, map[string]any{"outcome": models.OutcomeMerged}, nil)
	}
	return done.Error
}

// lockStudies reads two case studies and holds them, always in the same order,
// so that two merges do not wait for one another.
func (s *Store) lockStudies(ctx context.Context, fromID, intoID string) (from, into models.CaseStudy, err error) {
	if err := s.forUpdate(ctx).Where("id IN ?", []string{fromID, intoID}).Order("id").Find(&[]caseStudyRow{}).Error; err != nil {
		return from, into, err
	}
	if from, err = s.CaseStudy(ctx, fromID); err != nil {
		return from, into, err
	}
	into, err = s.CaseStudy(ctx, intoID)
	return from, into, err
}

// moveVotes copies votes, and keeps who had given one: the first keeps its own,
// for the day when the merge is taken back.
func (s *Store) moveVotes(ctx context.Context, from, into string) error {
	err := s.exec(ctx, `INSERT INTO merged_votes (from_id, person_id, came) SELECT case_study_id, person_id,
		NOT EXISTS (SELECT 1 FROM votes v WHERE v.case_study_id = ? AND v.person_id = votes.person_id) FROM votes WHERE case_study_id = ?`, into, from)
	if err != nil {
		return err
	}
	return s.exec(ctx, `INSERT INTO votes (case_study_id, person_id, created_at) SELECT CAST(? AS TEXT), person_id, created_at FROM votes WHERE case_study_id = ? ON CONFLICT DO NOTHING`, into, from)
}

// moveFollowers has those who follow the first follow the second, and keeps who
// does so because of it.
func (s *Store) moveFollowers(ctx context.Context, from, into string) error {
	err := s.exec(ctx, `INSERT INTO merged_follows (from_id, person_id) SELECT CAST(? AS TEXT), person_id FROM follows WHERE kind = ? AND thing = ?
		AND person_id NOT IN (SELECT f.person_id FROM follows f WHERE f.kind = ? AND f.thing = ?)`, from, models.FollowStudy, from, models.FollowStudy, into)
	if err != nil {
		return err
	}
	return s.keepFollowers(ctx, models.FollowStudy, from, into)
}

// moveComments moves comments with what is reported of them. An official answer
// was one of those who wrote the first, so that it is none on the second.
func (s *Store) moveComments(ctx context.Context, from, into string) error {
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO merged_comments (from_id, comment_id, official) SELECT case_study_id, id, official FROM comments WHERE case_study_id = ?", []any{from}},
		{"UPDATE comments SET case_study_id = ?, official = ? WHERE case_study_id = ?", []any{into, false, from}},
		{"UPDATE moderation_items SET case_study_id = ? WHERE kind = ? AND subject_id IN (SELECT comment_id FROM merged_comments WHERE from_id = ?)", []any{into, models.ThingComment, from}},
	} {
		if err := s.exec(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// recountBoth counts two case studies' votes, comments, adoptions and merges anew.
func (s *Store) recountBoth(ctx context.Context, from, into string) error {
	for _, id := range []string{from, into} {
		err := s.exec(ctx, `UPDATE case_studies SET votes = (SELECT COUNT(*) FROM votes v WHERE v.case_study_id = case_studies.id),
			merged = (SELECT COUNT(*) FROM case_study_merges m WHERE m.into_id = case_studies.id) WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if err := s.Recount(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// MergeOf tells what a case study was merged into. NotFound when it was not.
func (s *Store) MergeOf(ctx context.Context, fromID string) (models.StudyMerge, error) {
	list, err := s.mergesWhere(ctx, s.DB(ctx).Where("case_study_merges.from_id = ?", fromID))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "That case study is not part of another one.")
	}
	if err != nil {
		return models.StudyMerge{}, err
	}
	return list[0], nil
}

// StudiesMergedInto lists what was merged into a case study and was for the same
// readers as that is now, the oldest merge first, 50 at most.
func (s *Store) StudiesMergedInto(ctx context.Context, intoID string) ([]models.StudyMerge, error) {
	return s.mergesWhere(ctx, s.DB(ctx).Where("case_study_merges.into_id = ? AND froms.visibility = intos.visibility", intoID).Order("measures.made_at, case_study_merges.from_id").Limit(50))
}

func (s *Store) mergesWhere(ctx context.Context, db *gorm.DB) ([]models.StudyMerge, error) {
	var rows []struct {
		Row                                                                       studyMergeRow `gorm:"embedded"`
		FromSlug, FromTitle, IntoSlug, IntoTitle, OwnerID, OwnerName, OwnerHandle string
		ModeratorID, Words                                                        string
		MadeAt                                                                    time.Time
	}
	err := db.Table("case_study_merges").Select(`case_study_merges.*, froms.slug AS from_slug, froms.title AS from_title, intos.slug AS into_slug, intos.title AS into_title,
		measures.moderator_id, measures.words, measures.made_at, froms.owner_id, people.name AS owner_name, CASE WHEN people.closed_at IS NULL THEN people.handle ELSE '' END AS owner_handle`).
		Joins("JOIN case_studies AS froms ON froms.id = case_study_merges.from_id").
		Joins("JOIN case_studies AS intos ON intos.id = case_study_merges.into_id").
		Joins("JOIN measures ON measures.id = case_study_merges.measure_id").
		Joins("JOIN people ON people.id = froms.owner_id").Find(&rows).Error
	out := make([]models.StudyMerge, len(rows))
	for i, r := range rows {
		out[i] = models.StudyMerge{FromID: r.Row.FromID, FromSlug: r.FromSlug, FromTitle: r.FromTitle, IntoID: r.Row.IntoID, IntoSlug: r.IntoSlug, IntoTitle: r.IntoTitle,
			OwnerID: r.OwnerID, OwnerName: r.OwnerName, OwnerHandle: r.OwnerHandle, MeasureID: r.Row.MeasureID, ByID: r.ModeratorID, Words: r.Words, At: r.MadeAt}
	}
	return out, err
}

// SplitStudy takes a merge back: the first case study is there again as it was.
// Its comments come back with the answers that they had meanwhile. Votes are as
// they were, without those of people who have taken theirs back since. NotFound
// when it is not merged; Conflict when the second is part of a third by now.
func (s *Store) SplitStudy(ctx context.Context, fromID string) (models.StudyMerge, error) {
	var m models.StudyMerge
	err := s.Tx(ctx, func(ctx context.Context) (err error) {
		if m, err = s.MergeOf(ctx, fromID); err != nil {
			return err
		}
		if _, _, err := s.lockStudies(ctx, m.FromID, m.IntoID); err != nil {
			return err
		}
		// Again, with both held: another moderator may have been quicker.
		if m, err = s.MergeOf(ctx, fromID); err != nil {
			return err
		}
		next, err := s.MergeOf(ctx, m.IntoID)
		if err == nil {
			return models.Errorf(models.Conflict, "“%s” is itself part of “%s” by now. Take that merge back first.", m.IntoTitle, next.IntoTitle)
		}
		if models.KindOf(err) != models.NotFound {
			return err
		}
		if err := s.returnVotes(ctx, m); err != nil {
			return err
		}
		if err := s.returnComments(ctx, m); err != nil {
			return err
		}
		if err := s.returnAdoptions(ctx, m); err != nil {
			return err
		}
		if err := s.returnFollowers(ctx, m); err != nil {
			return err
		}
		// What hangs on the merge goes with it.
		if err := s.exec(ctx, "DELETE FROM case_study_merges WHERE from_id = ?", fromID); err != nil {
			return err
		}
		if err := s.recountBoth(ctx, m.FromID, m.IntoID); err != nil {
			return err
		}
		Note(ctx, "case-study.unmerge", fromID, map[string]any{"into": m.IntoID}, nil)
		return s.setStatus(ctx, fromID, models.Published)
	})
	return m, err
}

func (s *Store) returnVotes(ctx context.Context, m models.StudyMerge) error {
	// Whoever has taken their vote back on the second wants none on the first.
	err := s.exec(ctx, `DELETE FROM votes WHERE case_study_id = ? AND person_id IN (SELECT person_id FROM merged_votes WHERE from_id = ?)
		AND person_id NOT IN (SELECT v.person_id FROM votes v WHERE v.case_study_id = ?)`, m.FromID, m.FromID, m.IntoID)
	if err != nil {
		return err
	}
	// A vote that came from two goes with the last of them.
	const elsewhere = `SELECT person_id FROM merged_votes WHERE from_id IN (SELECT from_id FROM case_study_merges WHERE into_id = ? AND from_id <> ?)`
	const came = `SELECT person_id FROM merged_votes WHERE from_id = ? AND came`
	err = s.exec(ctx, "DELETE FROM votes WHERE case_study_id = ? AND person_id IN ("+came+") AND person_id NOT IN ("+elsewhere+")", m.IntoID, m.FromID, m.IntoID, m.FromID)
	if err != nil {
		return err
	}
	return s.exec(ctx, `UPDATE merged_votes SET came = ? WHERE from_id IN (SELECT from_id FROM case_study_merges WHERE into_id = ? AND from_id <> ?)
		AND person_id IN (SELECT m.person_id FROM merged_votes m WHERE m.from_id = ? AND m.came)`, true, m.IntoID, m.FromID, m.FromID)
}

func (s *Store) returnFollowers(ctx context.Context, m models.StudyMerge) error {
	return s.exec(ctx, `DELETE FROM follows WHERE kind = ? AND thing = ? AND person_id IN (SELECT person_id FROM merged_follows WHERE from_id = ?)
		AND person_id NOT IN (SELECT f.person_id FROM follows f JOIN case_study_merges c ON c.into_id = ? AND c.from_id <> ? AND f.kind = ? AND f.thing = c.from_id)`,
		models.FollowStudy, m.IntoID, m.FromID, m.IntoID, m.FromID, models.FollowStudy)
}

func (s *Store) returnComments(ctx context.Context, m models.StudyMerge) error {
	const theirs = "SELECT comment_id FROM merged_comments WHERE from_id = ?"
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE moderation_items SET case_study_id = ? WHERE kind = ? AND subject_id IN (SELECT id FROM comments WHERE case_study_id = ? AND (id IN (" + theirs + ") OR parent_id IN (" + theirs + ")))",
			[]any{m.FromID, models.ThingComment, m.IntoID, m.FromID, m.FromID}},
		{"UPDATE comments SET case_study_id = ?, official = ? WHERE case_study_id = ? AND (id IN (" + theirs + ") OR parent_id IN (" + theirs + "))",
			[]any{m.FromID, false, m.IntoID, m.FromID, m.FromID}},
		{"UPDATE comments SET official = ? WHERE deleted_at IS NULL AND id IN (" + theirs + " AND official)", []any{true, m.FromID}},
	} {
		if err := s.exec(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}
