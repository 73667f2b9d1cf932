package store

import (
	"context"
	"time"

	"grassroots/models"
)

// Bookmark keeps a case study for a person, or no more, and tells whether that
// changed anything. Conflict when they keep as many as one can.
func (s *Store) Bookmark(ctx context.Context, personID, caseStudyID string, on bool) (changed bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if !on {
			r := s.DB(ctx).Exec("DELETE FROM bookmarks WHERE person_id = ? AND case_study_id = ?", personID, caseStudyID)
			if changed = r.RowsAffected > 0; changed {
				Note(ctx, "bookmark.end", caseStudyID, nil, nil)
			}
			return r.Error
		}
		if err := s.HoldPerson(ctx, personID); err != nil {
			return err
		}
		r := s.DB(ctx).Exec("INSERT INTO bookmarks (person_id, case_study_id, id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", personID, caseStudyID, s.NewID(), s.Now())
		if changed = r.RowsAffected > 0; r.Error != nil || !changed {
			return r.Error
		}
		Note(ctx, "bookmark.begin", caseStudyID, nil, nil)
		n, err := s.CountBookmarks(ctx, personID)
		if err == nil && n > models.MaxBookmarks {
			err = models.Errorf(models.Conflict, "You keep %d case studies, which is the most that one person can. Remove some under Your account, Saved for later.", models.MaxBookmarks)
		}
		return err
	})
	return changed, err
}

// CountBookmarks counts what a person keeps for later, read or not.
func (s *Store) CountBookmarks(ctx context.Context, personID string) (int, error) {
	var n int64
	err := s.DB(ctx).Table("bookmarks").Where("person_id = ?", personID).Count(&n).Error
	return int(n), err
}

// Marks tells what a person has said of case studies with one press, in one
// statement: see models.OwnMarks.
func (s *Store) Marks(ctx context.Context, personID string, caseStudyIDs []string) (models.OwnMarks, error) {
	if personID == "" || len(caseStudyIDs) == 0 {
		return nil, nil
	}
	var list []string
	err := s.DB(ctx).Raw("SELECT case_study_id FROM votes WHERE person_id = ? AND case_study_id IN ? UNION ALL SELECT case_study_id || ? FROM bookmarks WHERE person_id = ? AND case_study_id IN ?",
		personID, caseStudyIDs, models.BookmarkMark(""), personID, caseStudyIDs).Scan(&list).Error
	marks := make(models.OwnMarks, len(list))
	for _, m := range list {
		marks[m] = true
	}
	return marks, err
}

// Bookmarks gives a page of what a person keeps for later, what they kept last
// first; before is the id of the last of the page before. What they may not read
// any more has no Study. Its statements do not grow with the rows.
func (s *Store) Bookmarks(ctx context.Context, p *models.Person, before string, limit int) (list []models.Bookmark, more bool, err error) {
	var rows []struct {
		ID, CaseStudyID string
		CreatedAt       time.Time
		Status          models.Status
	}
	db := s.DB(ctx).Table("bookmarks").Select("bookmarks.id, bookmarks.case_study_id, bookmarks.created_at, case_studies.status").
		Joins("JOIN case_studies ON case_studies.id = bookmarks.case_study_id").Where("bookmarks.person_id = ?", p.ID)
	if before != "" {
		db = db.Where("bookmarks.id < ?", before)
	}
	if err := db.Order("bookmarks.id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	ids := map[models.Status][]string{}
	for _, r := range rows {
		ids[r.Status] = append(ids[r.Status], r.CaseStudyID)
	}
	studies, err := s.summariesFor(ctx, p, ids[models.Published], ids[models.Limited])
	if err != nil {
		return nil, false, err
	}
	into, err := s.mergedInto(ctx, ids[models.Withdrawn])
	for _, r := range rows {
		b := models.Bookmark{ID: r.ID, CaseStudyID: r.CaseStudyID, CreatedAt: r.CreatedAt, IntoSlug: into[r.CaseStudyID].Slug, IntoTitle: into[r.CaseStudyID].Title}
		if study, ok := studies[r.CaseStudyID]; ok {
			b.Study = &study
		}
		list = append(list, b)
	}
	return list, more, err
}

// summariesFor gives those of some published and some limited case studies that a
// person may read, by id.
func (s *Store) summariesFor(ctx context.Context, p *models.Person, open, limited []string) (map[string]models.Summary, error) {
	found, err := s.SummariesByID(ctx, open)
	if err != nil {
		return nil, err
	}
	if len(limited) > 0 {
		own, err := s.someSummaries(limitedTo(p)(s.allSummaries(ctx)).Where("case_studies.id IN ?", limited), len(limited))
		if err != nil {
			return nil, err
		}
		found = append(found, own...)
	}
	out := make(map[string]models.Summary, len(found))
	for _, f := range found {
		out[f.ID] = f
	}
	return out, nil
}

type mergedAway struct{ FromID, Slug, Title string }

// mergedInto gives where those of some case studies are that were merged into one
// that everybody may read.
func (s *Store) mergedInto(ctx context.Context, ids []string) (map[string]mergedAway, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []mergedAway
	err := s.DB(ctx).Table("case_study_merges m").Select("m.from_id, c.slug, c.title").Joins("JOIN case_studies c ON c.id = m.into_id AND c.status = ?", models.Published).
		Where("m.from_id IN ?", ids).Find(&rows).Error
	out := make(map[string]mergedAway, len(rows))
	for _, r := range rows {
		out[r.FromID] = r
	}
	return out, err
}
