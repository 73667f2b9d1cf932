package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type systemRow struct {
	Slug      string `gorm:"primaryKey"`
	Name      string
	Supplier  string
	Kind      string
	Aliases   jsonList[string]
	Successor string
	Confirmed bool
}

func (systemRow) TableName() string { return "systems" }

type systemNameRow struct{ Name, Slug string }

func (systemNameRow) TableName() string { return "system_names" }

type standardRow struct {
	Code      string `gorm:"primaryKey"`
	Name      string
	Publisher string
	Kind      string
	Purpose   string
	URL       string `gorm:"column:url"`
	Aliases   jsonList[string]
	Confirmed bool
}

func (standardRow) TableName() string { return "standards" }

// foldName is how names of systems are compared: case and white space aside.
func foldName(name string) string { return strings.ToLower(models.CleanLine(name)) }

// SaveSystem adds a system of the lists, or replaces it, with its names. A
// name that another system has stays with that one.
func (s *Store) SaveSystem(ctx context.Context, m models.System) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		row := systemRow{Slug: m.Slug, Name: m.Name, Supplier: m.Supplier, Kind: m.Kind, Aliases: m.Aliases, Successor: m.Successor, Confirmed: m.Confirmed}
		if err := s.DB(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		names := append([]string{m.Slug, m.Name}, m.Aliases...)
		for _, n := range names {
			err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&systemNameRow{foldName(n), m.Slug}).Error
			if err != nil {
				return err
			}
		}
		return s.changed(ctx, KindSystem, m.Slug)
	})
}

// ensureSystem gives the slug of the system with this name or alias, taking an
// unknown name up unconfirmed.
func (s *Store) ensureSystem(ctx context.Context, name string) (string, error) {
	var found []systemNameRow
	if err := s.DB(ctx).Limit(1).Find(&found, "name = ?", foldName(name)).Error; err != nil {
		return "", err
	}
	if len(found) > 0 {
		return found[0].Slug, nil
	}
	base := models.Slugify(name)
	var taken []string
	if err := s.DB(ctx).Table("systems").Where("slug = ? OR slug LIKE ?", base, base+"-%").Pluck("slug", &taken).Error; err != nil {
		return "", err
	}
	slug := firstFree(base, taken)
	return slug, s.SaveSystem(ctx, models.System{Slug: slug, Name: models.CleanLine(name)})
}

// firstFree gives base, or base-2, base-3 …: the first that is not taken.
func firstFree(base string, taken []string) string {
	free := base
	for n := 2; slices.Contains(taken, free); n++ {
		free = base + "-" + strconv.Itoa(n)
	}
	return free
}

// System gives a system by slug. NotFound when there is none.
func (s *Store) System(ctx context.Context, slug string) (models.System, error) {
	var r systemRow
	if err := s.DB(ctx).Take(&r, "slug = ?", slug).Error; err != nil {
		return models.System{}, notFound(err, "That system")
	}
	return r.toModel(), nil
}

func (r systemRow) toModel() models.System {
	return models.System{Slug: r.Slug, Name: r.Name, Supplier: r.Supplier, Kind: r.Kind, Aliases: r.Aliases, Successor: r.Successor, Confirmed: r.Confirmed}
}

// Systems lists every system by name, 2,000 at most.
func (s *Store) Systems(ctx context.Context) ([]models.System, error) {
	var rows []systemRow
	err := s.DB(ctx).Order("name, slug").Limit(2000).Find(&rows).Error
	out := make([]models.System, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// SaveStandard adds a standard of the lists, or replaces it.
func (s *Store) SaveStandard(ctx context.Context, m models.Standard) error {
	row := standardRow{Code: m.Code, Name: m.Name, Publisher: m.Publisher, Kind: m.Kind, Purpose: m.Purpose, URL: m.URL, Aliases: m.Aliases, Confirmed: m.Confirmed}
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		return s.changed(ctx, KindStandard, m.Code)
	})
}

// ensureStandard takes an unknown code up unconfirmed.
func (s *Store) ensureStandard(ctx context.Context, code string) error {
	row := standardRow{Code: code, Name: code}
	r := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if r.Error != nil || r.RowsAffected == 0 {
		return r.Error
	}
	return s.changed(ctx, KindStandard, code)
}

// Standard gives a standard by code. NotFound when there is none.
func (s *Store) Standard(ctx context.Context, code string) (models.Standard, error) {
	var r standardRow
	if err := s.DB(ctx).Take(&r, "code = ?", code).Error; err != nil {
		return models.Standard{}, notFound(err, "That standard")
	}
	return r.toModel(), nil
}

func (r standardRow) toModel() models.Standard {
	return models.Standard{Code: r.Code, Name: r.Name, Publisher: r.Publisher, Kind: r.Kind, Purpose: r.Purpose, URL: r.URL, Aliases: r.Aliases, Confirmed: r.Confirmed}
}

// Standards lists every standard by name, 2,000 at most.
func (s *Store) Standards(ctx context.Context) ([]models.Standard, error) {
	var rows []standardRow
	err := s.DB(ctx).Order("name, code").Limit(2000).Find(&rows).Error
	out := make([]models.Standard, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// SystemSlugs gives the slugs of the systems that have these names or aliases.
func (s *Store) SystemSlugs(ctx context.Context, names []string) (map[string]string, error) {
	folded := make([]string, len(names))
	for i, n := range names {
		folded[i] = foldName(n)
	}
	var rows []systemNameRow
	if err := s.DB(ctx).Where("name IN ?", folded).Find(&rows).Error; err != nil {
		return nil, err
	}
	bySlug := make(map[string]string, len(rows))
	for _, r := range rows {
		bySlug[r.Name] = r.Slug
	}
	out := make(map[string]string, len(names))
	for i, n := range names {
		out[n] = bySlug[folded[i]]
	}
	return out, nil
}
