package vocabulary

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

func (f *Feature) systemsTable(c *fiber.Ctx) error {
	return f.table(c, vocabularies()[0], []string{"slug", "name", "kind", "supplier"})
}

func (f *Feature) standardsTable(c *fiber.Ctx) error {
	return f.table(c, vocabularies()[1], []string{"code", "name", "kind", "publisher"})
}

// table sends the list of systems or of standards as CSV, in the order of the
// page.
func (f *Feature) table(c *fiber.Ctx, v vocabulary, columns []string) error {
	if err := web.OnlyParameters(c, "q", "kind", "by"); err != nil {
		return err
	}
	page := templates.TermsPage{Path: v.words.Public}
	if err := askedOf(c, &page); err != nil {
		return err
	}
	columns = append(columns, "proposed", "case_studies", "url")
	return f.site.SendCSV(c, strings.Trim(v.words.Public, "/"), columns, func(ctx context.Context, write func(...string) error) error {
		list, err := f.everyTerm(ctx, v.kind, page.Query)
		if err != nil {
			return err
		}
		lines, _, err := f.lines(ctx, v, &page, list)
		if err != nil {
			return err
		}
		of := make(map[string]models.Term, len(list))
		for _, t := range list {
			of[v.address(t.ID)] = t
		}
		for _, g := range grouped(lines, page.By) {
			for _, l := range g.Terms {
				t := of[l.URL]
				if err := write(t.ID, t.Name, t.Category, t.Maker, strconv.FormatBool(!t.Confirmed), strconv.Itoa(l.Count), f.site.URL(l.URL)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// everyTerm gives all terms of a kind that a text finds, by name.
func (f *Feature) everyTerm(ctx context.Context, kind, text string) ([]models.Term, error) {
	var out []models.Term
	for q := (store.TermQuery{Text: text, Limit: listed}); ; {
		list, more, _, err := f.store.PageOfTerms(ctx, kind, q)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if !more || len(list) == 0 {
			return out, nil
		}
		last := list[len(list)-1]
		q.After = &store.NameCursor{Name: last.Name, Key: last.ID}
	}
}
