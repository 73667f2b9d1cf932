package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

// termTable is what the tables of systems and of standards differ in. The
// column key holds the id, in the table of names too.
type termTable struct {
	kind, table, key, names, maker string
	facets                         []string // the first stands for all that name the term
	joins                          []string // columns of connections
	what                           string
}

var termTables = map[string]termTable{
	KindSystem: {kind: KindSystem, table: "systems", key: "slug", names: "system_names", maker: "supplier",
		facets: []string{models.FacetSystem, models.FacetFromSystem, models.FacetToSystem}, joins: []string{"from_slug", "to_slug"}, what: "That system"},
	KindStandard: {kind: KindStandard, table: "standards", key: "code", names: "standard_names", maker: "publisher",
		facets: []string{models.FacetStandard}, joins: []string{"standard"}, what: "That standard"},
}

type systemRow struct {
	Slug      string `gorm:"primaryKey"`
	Name      string
	Supplier  string
	Kind      string
	Settings  jsonList[string]
	Aliases   jsonList[string]
	Successor string
	Confirmed bool
	Version   int
}

func (systemRow) TableName() string { return "systems" }

func (r systemRow) toModel() models.System {
	return models.System{Slug: r.Slug, Name: r.Name, Supplier: r.Supplier, Kind: r.Kind, Settings: r.Settings, Aliases: r.Aliases,
		Successor: r.Successor, Confirmed: r.Confirmed}
}

func (r systemRow) toTerm() models.Term {
	return models.Term{Kind: KindSystem, ID: r.Slug, Name: r.Name, Maker: r.Supplier, Category: r.Kind, Settings: r.Settings, Aliases: r.Aliases,
		Successor: r.Successor, Confirmed: r.Confirmed, Version: r.Version}
}

func systemRowOf(t models.Term) *systemRow {
	return &systemRow{Slug: t.ID, Name: t.Name, Supplier: t.Maker, Kind: t.Category, Settings: t.Settings, Aliases: t.Aliases,
		Successor: t.Successor, Confirmed: t.Confirmed, Version: t.Version}
}

func systemTerm(m models.System) models.Term {
	return models.Term{Kind: KindSystem, ID: m.Slug, Name: m.Name, Maker: m.Supplier, Category: m.Kind, Settings: m.Settings, Aliases: m.Aliases,
		Successor: m.Successor, Confirmed: m.Confirmed}
}

type standardRow struct {
	Code      string `gorm:"primaryKey"`
	Name      string
	Publisher string
	Kind      string
	Purpose   string
	URL       string `gorm:"column:url"`
	Aliases   jsonList[string]
	Successor string
	Confirmed bool
	Version   int
}

func (standardRow) TableName() string { return "standards" }

func (r standardRow) toModel() models.Standard {
	return models.Standard{Code: r.Code, Name: r.Name, Publisher: r.Publisher, Kind: r.Kind, Purpose: r.Purpose, URL: r.URL, Aliases: r.Aliases,
		Successor: r.Successor, Confirmed: r.Confirmed}
}

func (r standardRow) toTerm() models.Term {
	return models.Term{Kind: KindStandard, ID: r.Code, Name: r.Name, Maker: r.Publisher, Category: r.Kind, Purpose: r.Purpose, URL: r.URL,
		Aliases: r.Aliases, Successor: r.Successor, Confirmed: r.Confirmed, Version: r.Version}
}

func standardRowOf(t models.Term) *standardRow {
	return &standardRow{Code: t.ID, Name: t.Name, Publisher: t.Maker, Kind: t.Category, Purpose: t.Purpose, URL: t.URL, Aliases: t.Aliases,
		Successor: t.Successor, Confirmed: t.Confirmed, Version: t.Version}
}

func standardTerm(m models.Standard) models.Term {
	return models.Term{Kind: KindStandard, ID: m.Code, Name: m.Name, Maker: m.Publisher, Category: m.Kind, Purpose: m.Purpose, URL: m.URL,
		Aliases: m.Aliases, Successor: m.Successor, Confirmed: m.Confirmed}
}

// termIn reads a term by its id. NotFound when there is none.
func termIn(db *gorm.DB, k termTable, id string) (models.Term, error) {
	if k.kind == KindSystem {
		var r systemRow
		err := db.Take(&r, "slug = ?", id).Error
		return r.toTerm(), notFound(err, k.what)
	}
	var r standardRow
	err := db.Take(&r, "code = ?", id).Error
	return r.toTerm(), notFound(err, k.what)
}

// insertTerm writes the row of a new term, whose id may be taken.
func insertTerm(db *gorm.DB, t models.Term) *gorm.DB {
	if t.Kind == KindSystem {
		return db.Create(systemRowOf(t))
	}
	return db.Create(standardRowOf(t))
}

// updateTerm writes the row of a term that is there.
func (s *Store) updateTerm(ctx context.Context, t models.Term) error {
	if t.Kind == KindSystem {
		return s.DB(ctx).Model(&systemRow{}).Where("slug = ?", t.ID).
			Select("name", "supplier", "kind", "settings", "aliases", "successor", "confirmed", "version").Updates(systemRowOf(t)).Error
	}
	return s.DB(ctx).Model(&standardRow{}).Where("code = ?", t.ID).
		Select("name", "publisher", "kind", "purpose", "url", "aliases", "successor", "confirmed", "version").Updates(standardRowOf(t)).Error
}

// owners gives the ids of the terms that have these names, by folded name.
// Until the transaction ends no merge can move the names on: on Postgres a case
// study that is saved meanwhile would else be filed under a term that is gone.
func (s *Store) owners(ctx context.Context, k termTable, names []string) (map[string]string, error) {
	folded := make([]string, len(names))
	for i, n := range names {
		folded[i] = models.FoldName(n)
	}
	slices.Sort(folded)
	folded = slices.Compact(folded)
	var rows []struct{ Name, ID string }
	db := s.DB(ctx)
	if tx := s.txIn(ctx); s.Dialect() == Postgres && tx != nil && !tx.reads {
		db = db.Clauses(clause.Locking{Strength: "SHARE"})
	}
	err := db.Table(k.names).Select("name, "+k.key+" AS id").Where("name IN ?", folded).Find(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Name] = r.ID
	}
	return out, err
}

// claimNames lets a term be found by the names that it has now and no others,
// but for the ids that were merged into it. A name that another term has stays
// with that one and is given back as refused. Case studies that name the term
// by what is its name no more are filed anew.
func (s *Store) claimNames(ctx context.Context, k termTable, t models.Term) (refused []string, err error) {
	var have, merged []string
	if err := s.DB(ctx).Table(k.names).Where(k.key+" = ?", t.ID).Pluck("name", &have).Error; err != nil {
		return nil, err
	}
	if err := s.DB(ctx).Table("merged_terms").Where("kind = ? AND into_id = ?", k.kind, t.ID).Pluck("id", &merged).Error; err != nil {
		return nil, err
	}
	var want []string
	for _, n := range append(t.Names(), merged...) {
		if n = models.FoldName(n); !slices.Contains(want, n) {
			want = append(want, n)
		}
	}
	for _, n := range want {
		if slices.Contains(have, n) {
			continue
		}
		r := s.DB(ctx).Exec("INSERT INTO "+k.names+" (name, "+k.key+") VALUES (?, ?) ON CONFLICT DO NOTHING", n, t.ID)
		if r.Error != nil {
			return nil, r.Error
		}
		if r.RowsAffected == 0 {
			refused = append(refused, n)
		}
	}
	lost := slices.DeleteFunc(have, func(n string) bool { return slices.Contains(want, n) })
	if len(lost) == 0 {
		return refused, nil
	}
	if err := s.DB(ctx).Exec("DELETE FROM "+k.names+" WHERE "+k.key+" = ? AND name IN ?", t.ID, lost).Error; err != nil {
		return nil, err
	}
	return refused, s.fileAgain(ctx, k, t.ID, lost)
}
