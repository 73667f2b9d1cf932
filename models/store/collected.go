package store

import (
	"context"
	"time"

	"grassroots/models"
)

type itemOf struct {
	CollectionID string
	CaseStudyID  string
	Position     int
	Note         string
	Version      int
	AddedBy      string
	AddedAt      time.Time `gorm:"autoCreateTime:false"`
}

func (itemOf) TableName() string { return "collection_items" }

func (r itemOf) toModel() models.Collected {
	return models.Collected{CaseStudyID: r.CaseStudyID, Position: r.Position, Note: r.Note, Version: r.Version, AddedBy: r.AddedBy, AddedAt: r.AddedAt}
}

func (s *Store) putItems(ctx context.Context, id, by string, items []models.Collected) error {
	if len(items) == 0 {
		return nil
	}
	rows := make([]itemOf, len(items))
	for i, c := range items {
		rows[i] = itemOf{id, c.CaseStudyID, i + 1, c.Note, max(c.Version, 1), c.AddedBy, c.AddedAt}
		if c.AddedBy == "" {
			rows[i].AddedBy, rows[i].AddedAt = by, s.Now()
		}
	}
	return s.DB(ctx).Create(&rows).Error
}

func (s *Store) itemRows(ctx context.Context, id string) ([]itemOf, error) {
	var rows []itemOf
	err := s.DB(ctx).Where("collection_id = ?", id).Order("position, case_study_id").Find(&rows).Error
	return rows, err
}

// CollectedIn gives what is in a collection in its order, as a person, nil for
// somebody who is not signed in, may read it: what they may not read any more has no
// Study, and what is part of another case study now has that one. Its statements do
// not grow with the rows.
func (s *Store) CollectedIn(ctx context.Context, p *models.Person, id string) ([]models.Collected, error) {
	rows, err := s.itemRows(ctx, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids, in := make([]string, len(rows)), make(map[string]bool, len(rows))
	for i, r := range rows {
		ids[i] = r.CaseStudyID
		in[r.CaseStudyID] = true
	}
	into, err := s.mergedFrom(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := ids
	for _, to := range into {
		all = append(all, to)
	}
	studies, err := s.readableSummaries(ctx, p, all)
	if err != nil {
		return nil, err
	}
	out := make([]models.Collected, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
		if study, ok := studies[r.CaseStudyID]; ok {
			out[i].Study = &study
			continue
		}
		if study, ok := studies[into[r.CaseStudyID]]; ok {
			out[i].IntoSlug, out[i].IntoTitle = study.Slug, study.Title
			if !in[study.ID] {
				out[i].Study, in[study.ID] = &study, true
			}
		}
	}
	return out, nil
}

// mergedFrom gives for those of some case studies that were merged away what they
// were merged into.
func (s *Store) mergedFrom(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []studyMergeRow
	err := s.DB(ctx).Where("from_id IN ?", ids).Find(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.FromID] = r.IntoID
	}
	return out, err
}

// readableSummaries gives those of some case studies that a person, nil for somebody
// who is not signed in, may read, by id.
func (s *Store) readableSummaries(ctx context.Context, p *models.Person, ids []string) (map[string]models.Summary, error) {
	if p == nil {
		return s.summariesFor(ctx, p, ids, nil)
	}
	return s.summariesFor(ctx, p, ids, ids)
}

// CollectStudy puts a case study at the end of a collection, with a note of why to
// read it. Conflict when it is there already, or the collection is full.
func (s *Store) CollectStudy(ctx context.Context, id string, item *models.Collected) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, id, 0); err != nil {
			return err
		}
		var n struct{ Has, Last, Count int }
		err := s.DB(ctx).Raw("SELECT COUNT(CASE WHEN case_study_id = ? THEN 1 END) AS has, COALESCE(MAX(position), 0) AS last, COUNT(*) AS count FROM collection_items WHERE collection_id = ?", item.CaseStudyID, id).Scan(&n).Error
		switch {
		case err != nil:
			return err
		case n.Has > 0:
			return models.E(models.Conflict, "This case study is in that collection already. You can change its note there.")
		case n.Count >= models.MaxCollected:
			return models.Errorf(models.Conflict, "That collection has %d case studies, which is the most that one can. Remove some, or begin another.", models.MaxCollected)
		}
		item.Position, item.Version, item.AddedAt = n.Last+1, 1, s.Now()
		Note(ctx, "collection.add", id, nil, map[string]any{"case_study": item.CaseStudyID})
		row := itemOf{id, item.CaseStudyID, item.Position, item.Note, 1, item.AddedBy, item.AddedAt}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE collections SET studies = studies + 1 WHERE id = ?", id)
	})
}

func (s *Store) itemIn(ctx context.Context, id, caseStudyID string) (itemOf, error) {
	var list []itemOf
	err := s.DB(ctx).Where("collection_id = ? AND case_study_id = ?", id, caseStudyID).Limit(1).Find(&list).Error
	if err == nil && len(list) == 0 {
		err = models.ErrNotCollected
	}
	if err != nil {
		return itemOf{}, err
	}
	return list[0], nil
}

// Collected gives one of what is in a collection, without its Study. NotFound when it
// is not in it.
func (s *Store) Collected(ctx context.Context, id, caseStudyID string) (models.Collected, error) {
	r, err := s.itemIn(ctx, id, caseStudyID)
	return r.toModel(), err
}

// changeItem runs a change of something that is in a collection, as it is while the
// collection is held. NotFound when it is not in it.
func (s *Store) changeItem(ctx context.Context, id, caseStudyID string, change func(ctx context.Context, old itemOf) error) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, id, 0); err != nil {
			return err
		}
		old, err := s.itemIn(ctx, id, caseStudyID)
		if err != nil {
			return err
		}
		return change(ctx, old)
	})
}

// NoteCollected changes why to read a case study of a collection. version is what the
// change was made from, 0 for whatever there is: Conflict when it is another by now.
func (s *Store) NoteCollected(ctx context.Context, id, caseStudyID, note string, version int) error {
	return s.changeItem(ctx, id, caseStudyID, func(ctx context.Context, old itemOf) error {
		if version != 0 && version != old.Version {
			return models.E(models.Conflict, "Somebody has changed this note since you opened it. What you typed is still here: compare it with what is saved, and save again.")
		}
		Note(ctx, "collection.note", id, nil, map[string]any{"case_study": caseStudyID})
		return s.exec(ctx, "UPDATE collection_items SET note = ?, version = version + 1 WHERE collection_id = ? AND case_study_id = ?", note, id, caseStudyID)
	})
}

// MoveCollected gives a case study another place in a collection: the number that to
// gives of where it is and how many there are, or the nearest that there is.
func (s *Store) MoveCollected(ctx context.Context, id, caseStudyID string, to func(at, last int) int) error {
	return s.changeItem(ctx, id, caseStudyID, func(ctx context.Context, old itemOf) error {
		var last int
		if err := s.DB(ctx).Raw("SELECT MAX(position) FROM collection_items WHERE collection_id = ?", id).Scan(&last).Error; err != nil {
			return err
		}
		at := min(max(to(old.Position, last), 1), last)
		Note(ctx, "collection.move", id, nil, map[string]any{"case_study": caseStudyID, "to": at})
		step, from, until := -1, old.Position+1, at
		if at < old.Position {
			step, from, until = 1, at, old.Position-1
		}
		if err := s.exec(ctx, "UPDATE collection_items SET position = position + ? WHERE collection_id = ? AND position >= ? AND position <= ?", step, id, from, until); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE collection_items SET position = ? WHERE collection_id = ? AND case_study_id = ?", at, id, caseStudyID)
	})
}

// UncollectStudy takes a case study out of a collection. NotFound when it is not in
// it.
func (s *Store) UncollectStudy(ctx context.Context, id, caseStudyID string) error {
	return s.changeItem(ctx, id, caseStudyID, func(ctx context.Context, old itemOf) error {
		Note(ctx, "collection.remove", id, map[string]any{"case_study": caseStudyID}, nil)
		for _, statement := range []string{"DELETE FROM collection_items WHERE collection_id = ? AND position = ?", "UPDATE collection_items SET position = position - 1 WHERE collection_id = ? AND position > ?"} {
			if err := s.exec(ctx, statement, id, old.Position); err != nil {
				return err
			}
		}
		return s.exec(ctx, "UPDATE collections SET studies = studies - 1 WHERE id = ?", id)
	})
}
