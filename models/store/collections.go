package store

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type collectionRow struct {
	ID           string
	Slug         string
	Title        string
	About        string
	Audience     models.Visibility
	OwnerID      string
	StaffGroup   string
	Organisation string
	ListOf       string
	SourceID     string
	Copies       int
	Studies      int
	Revision     int
	Version      int
	Hidden       string
	Demo         bool
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

func (collectionRow) TableName() string { return "collections" }

func (r collectionRow) toModel() models.Collection {
	return models.Collection{ID: r.ID, Slug: r.Slug, Title: r.Title, About: r.About, Audience: r.Audience, OwnerID: r.OwnerID, StaffGroup: r.StaffGroup, Organisation: r.Organisation,
		ListOf: r.ListOf, SourceID: r.SourceID, Copies: r.Copies, Studies: r.Studies, Revision: r.Revision, Version: r.Version, Hidden: r.Hidden, Demo: r.Demo,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
}

// reservedCollections are parts of addresses that are no collection.
var reservedCollections = map[string]bool{"new": true}

// collectionSlug gives a slug for a title that no other collection has. One keeps
// its slug when its title changes, so that what leads to it goes on to.
func (s *Store) collectionSlug(ctx context.Context, title string) (string, error) {
	base := models.Slugify(title)
	if base == models.Slugify("") {
		base = "collection"
	}
	var taken []string
	if err := s.DB(ctx).Table("collections").Where("slug = ? OR slug LIKE ?", base, base+"-%").Pluck("slug", &taken).Error; err != nil {
		return "", err
	}
	is := make(map[string]bool, len(taken))
	for _, t := range taken {
		is[t] = true
	}
	slug := base
	for n := 2; is[slug] || reservedCollections[slug]; n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug, nil
}

// CreateCollection saves a new collection with its items, whose positions are those
// in the list. Its ID, OwnerID and words are read, and its slug, revision and times
// set.
func (s *Store) CreateCollection(ctx context.Context, c *models.Collection) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var err error
		if c.Slug, err = s.collectionSlug(ctx, c.Title); err != nil {
			return err
		}
		now := s.Now()
		c.CreatedAt, c.UpdatedAt, c.Revision, c.Version, c.Studies = now, now, 1, 1, len(c.Items)
		Note(ctx, "collection.create", c.ID, nil, map[string]any{"slug": c.Slug, "audience": c.Audience, "studies": c.Studies, "source": c.SourceID})
		row := collectionRow{ID: c.ID, Slug: c.Slug, Title: c.Title, About: c.About, Audience: c.Audience, OwnerID: c.OwnerID, StaffGroup: c.StaffGroup, Organisation: c.Organisation,
			SourceID: c.SourceID, Studies: c.Studies, Revision: 1, Version: 1, Demo: c.Demo, CreatedAt: now, UpdatedAt: now}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "Somebody made a collection of this name a moment ago. Try again.")
		}
		if c.SourceID != "" {
			if err := s.exec(ctx, "UPDATE collections SET copies = copies + 1 WHERE id = ?", c.SourceID); err != nil {
				return err
			}
		}
		if err := s.changed(ctx, KindCollection, c.ID); err != nil {
			return err
		}
		return s.putItems(ctx, c.ID, c.OwnerID, c.Items)
	})
}

// MayMakeCollection holds a person and tells why they may make no further collection:
// Conflict when they have as many as one person can; TooMany when they have made too
// many within a day.
func (s *Store) MayMakeCollection(ctx context.Context, ownerID string) error {
	if err := s.HoldPerson(ctx, ownerID); err != nil {
		return err
	}
	var n struct{ All, Lately int }
	err := s.DB(ctx).Raw("SELECT COUNT(*) AS \"all\", COUNT(CASE WHEN created_at > ? THEN 1 END) AS lately FROM collections WHERE owner_id = ?", s.Now().Add(-24*time.Hour), ownerID).Scan(&n).Error
	switch {
	case err != nil:
		return err
	case n.All >= models.MaxCollections:
		return models.Errorf(models.Conflict, "You have %d collections, which is the most that one person can. Delete some first.", models.MaxCollections)
	case n.Lately >= models.MaxCollectionsADay:
		return &models.Error{Kind: models.TooMany, After: 24 * time.Hour, Message: "You have made as many collections as one person can within a day. Try again tomorrow."}
	}
	return nil
}

// Collection gives a collection by its id or slug with its editors and who owns it,
// and without what is in it: see CollectedIn. NotFound when there is none.
func (s *Store) Collection(ctx context.Context, idOrSlug string) (models.Collection, error) {
	column := "slug"
	if models.ValidID(idOrSlug) {
		column = "id"
	}
	list, err := s.collectionsWhere(ctx, s.DB(ctx).Where("collections."+column+" = ?", idOrSlug))
	if err == nil && len(list) == 0 {
		err = models.ErrNoSuchCollection
	}
	if err != nil {
		return models.Collection{}, err
	}
	c := list[0]
	c.Editors, err = s.editorsOf(ctx, c.ID)
	return c, err
}

// collectionColumns is what a collection is read with, by collectionsWhere.
const collectionColumns = `collections.*, owners.name AS owner_name, CASE WHEN owners.closed_at IS NULL THEN owners.handle ELSE '' END AS owner_handle,
	COALESCE(organisations.name, '') AS org_name`

func (s *Store) collectionsWhere(ctx context.Context, db *gorm.DB) ([]models.Collection, error) {
	var rows []struct {
		Row                             collectionRow `gorm:"embedded"`
		OwnerName, OwnerHandle, OrgName string
	}
	err := db.Table("collections").Select(collectionColumns).Joins("JOIN people AS owners ON owners.id = collections.owner_id").
		Joins("LEFT JOIN organisations ON organisations.code = CASE WHEN collections.list_of <> '' THEN collections.list_of ELSE collections.organisation END").Find(&rows).Error
	out := make([]models.Collection, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel()
		out[i].OwnerName, out[i].OwnerHandle, out[i].OrgName = r.OwnerName, r.OwnerHandle, r.OrgName
		if out[i].OrgName == "" {
			out[i].OrgName = cmp.Or(out[i].ListOf, out[i].Organisation)
		}
	}
	return out, err
}

func (s *Store) editorsOf(ctx context.Context, id string) ([]models.CollectionEditor, error) {
	var list []models.CollectionEditor
	err := s.DB(ctx).Table("collection_editors e").Select("e.person_id, p.name, p.handle, e.invited_by, e.invited_at, e.accepted_at").
		Joins("JOIN people p ON p.id = e.person_id").Where("e.collection_id = ?", id).Order("e.invited_at, e.person_id").Find(&list).Error
	return list, err
}

// touchCollection counts a change of a collection, which holds it until the
// transaction ends. revision is what the change was made from, 0 for whatever there
// is: Precondition when it is another by now.
func (s *Store) touchCollection(ctx context.Context, id string, revision int) error {
	db := s.DB(ctx).Table("collections").Where("id = ?", id)
	if revision != 0 {
		db = db.Where("revision = ?", revision)
	}
	done := db.Updates(map[string]any{"revision": gorm.Expr("revision + 1"), "updated_at": s.Now()})
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected > 0:
		return s.changed(ctx, KindCollection, id)
	case revision != 0:
		return models.E(models.Precondition, "The collection has been changed since you read it. Read it again and make your change from that.")
	}
	return models.ErrNoSuchCollection
}

// SaveCollection changes the words about a collection, and for whom it is.
// c.Version is what the change was made from: Conflict when it is another by now.
func (s *Store) SaveCollection(ctx context.Context, c *models.Collection) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, c.ID, 0); err != nil {
			return err
		}
		Note(ctx, "collection.change", c.ID, nil, map[string]any{"audience": c.Audience})
		done := s.DB(ctx).Model(&collectionRow{}).Where("id = ? AND version = ?", c.ID, c.Version).
			Updates(map[string]any{"title": c.Title, "about": c.About, "audience": c.Audience, "staff_group": c.StaffGroup, "organisation": c.Organisation, "version": c.Version + 1})
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed this collection since you opened it. What you typed is still here: compare it with what is saved, and save again.")
		}
		c.Version++
		return done.Error
	})
}

// ReplaceCollection is SaveCollection together with all that is in it, in the order
// of the list. revision is what the change was made from, 0 for whatever there is:
// Precondition when it is another by now.
func (s *Store) ReplaceCollection(ctx context.Context, c *models.Collection, by string, revision int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, c.ID, revision); err != nil {
			return err
		}
		if err := s.SaveCollection(ctx, c); err != nil {
			return err
		}
		old, err := s.itemRows(ctx, c.ID)
		if err != nil {
			return err
		}
		was := make(map[string]itemOf, len(old))
		for _, o := range old {
			was[o.CaseStudyID] = o
		}
		for i := range c.Items {
			if o, ok := was[c.Items[i].CaseStudyID]; ok {
				c.Items[i].AddedBy, c.Items[i].AddedAt, c.Items[i].Version = o.AddedBy, o.AddedAt, o.Version+1
			}
		}
		if err := s.exec(ctx, "DELETE FROM collection_items WHERE collection_id = ?", c.ID); err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE collections SET studies = ? WHERE id = ?", len(c.Items), c.ID); err != nil {
			return err
		}
		return s.putItems(ctx, c.ID, by, c.Items)
	})
}

// RemoveCollection deletes a collection for good. Copies of it stay. Conflict while
// a moderator has hidden it or has still to look at it: an appeal is about what is
// there.
func (s *Store) RemoveCollection(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "collection.delete", id, nil, nil)
		var row collectionRow
		if err := s.forUpdate(ctx).Take(&row, "id = ?", id).Error; errors.Is(err, gorm.ErrRecordNotFound) {
			return models.ErrNoSuchCollection
		} else if err != nil {
			return err
		}
		if row.Hidden != "" {
			return models.E(models.Conflict, "A moderator has hidden this collection, or has still to look at it. It can be deleted once that is decided; under What moderators did you can say that you disagree.")
		}
		if err := s.DB(ctx).Delete(&row).Error; err != nil {
			return err
		}
		return s.changed(ctx, KindCollection, id)
	})
}
