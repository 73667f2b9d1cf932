package voices

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// mixesShown is how many earlier mixes are shown.
const mixesShown = 20

func (f *Feature) workforcePage(c *fiber.Ctx, _ *models.Person) error {
	by := models.VoiceBy(models.CleanLine(c.Query("by", string(models.ByStaffGroup))))
	if !by.HasMix() {
		return models.E(models.NotFound, "The workforce is not entered by that.")
	}
	mixes, err := f.store.WorkforceMixes(web.SeeOwn(c))
	if err != nil {
		return err
	}
	mix := mixes[by]
	typed := map[string]string{}
	for _, s := range mix.Shares {
		typed[s.Value] = strconv.FormatFloat(s.Share, 'f', -1, 64)
	}
	return f.showWorkforce(c, fiber.StatusOK, by, typed, templates.WorkforcePage{Source: mix.Source, AsOf: mix.AsOf})
}

func (f *Feature) showWorkforce(c *fiber.Ctx, status int, by models.VoiceBy, typed map[string]string, page templates.WorkforcePage) error {
	ctx := web.SeeOwn(c)
	groups, err := f.groups(ctx)
	if err != nil {
		return err
	}
	page.By = string(by)
	for _, b := range models.VoiceBys() {
		if b.HasMix() {
			page.Bys = append(page.Bys, templates.Option{Value: string(b), Text: b.Label()})
		}
	}
	for i, g := range groups[by] {
		page.Groups = append(page.Groups, templates.WorkforceField{Name: fieldOf(i), Label: g.Label, Value: typed[g.Value]})
	}
	history, err := f.store.WorkforceHistory(ctx, by, mixesShown)
	if err != nil {
		return err
	}
	labels := map[string]string{}
	for _, g := range groups[by] {
		labels[g.Value] = g.Label
	}
	for _, m := range history {
		var shares []string
		for _, s := range m.Shares {
			label := labels[s.Value]
			if label == "" {
				label = s.Value
			}
			shares = append(shares, label+" "+templates.FormatPercent(s.Share))
		}
		page.History = append(page.History, templates.WorkforceLine{Source: m.Source, AsOf: m.AsOf, By: m.EnterName, Shares: strings.Join(shares, "; "), When: m.EnteredAt})
	}
	shell := f.site.Shell(c, "How the workforce is made up")
	shell.NoIndex, shell.Errors, shell.Crumbs = true, page.Errors, []templates.Crumb{{Text: "Admin", URL: "/admin"}}
	return f.site.Render(c, status, shell, templates.Workforce(page))
}

func fieldOf(i int) string { return fmt.Sprintf("share-%d", i) }

// saveWorkforce takes the fields, or the table where one was pasted.
func (f *Feature) saveWorkforce(c *fiber.Ctx, p *models.Person) error {
	by := models.VoiceBy(models.CleanLine(web.Value(c, "by")))
	if !by.HasMix() {
		return models.E(models.NotFound, "The workforce is not entered by that.")
	}
	groups, err := f.groups(web.SeeOwn(c))
	if err != nil {
		return err
	}
	page := templates.WorkforcePage{Source: models.CleanLine(web.Value(c, "source")), AsOf: models.CleanLine(web.Value(c, "as_of")), CSV: models.CleanText(web.Value(c, "csv"))}
	mix := models.WorkforceMix{By: by, Source: page.Source, AsOf: page.AsOf, EnteredBy: p.ID}
	typed := map[string]string{}
	for i, g := range groups[by] {
		text := models.CleanLine(web.Value(c, fieldOf(i)))
		if typed[g.Value] = text; text == "" || page.CSV != "" {
			continue
		}
		share, wrong := models.ReadShare(text)
		if wrong != nil {
			err = models.InvalidField(fieldOf(i), "Enter per cent as a number, such as 28.5")
			continue
		}
		mix.Shares = append(mix.Shares, models.WorkforceShare{Value: g.Value, Share: share})
	}
	if page.CSV != "" {
		mix.Shares, err = models.ReadMix(page.CSV, groups[by])
	}
	if err == nil {
		err = f.SetWorkforce(web.SeeOwn(c), &mix, groups[by])
	}
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showWorkforce(c, status, by, typed, page)
		})
	}
	return f.site.Done(c, adminURL+"?by="+string(by), "How the workforce is made up is saved.")
}

// SetWorkforce checks and keeps how the workforce is made up by one thing.
func (f *Feature) SetWorkforce(ctx context.Context, m *models.WorkforceMix, groups []models.VoiceGroup) error {
	if err := m.Validate(groups, f.site.Now()); err != nil {
		return err
	}
	slices.SortStableFunc(m.Shares, func(a, b models.WorkforceShare) int { return place(groups, a.Value) - place(groups, b.Value) })
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "source", Value: m.Source}}, nil)
	if err != nil {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: m.EnteredBy, Subject: models.OverrideProfile, SubjectID: m.EnteredBy}); err != nil {
			return err
		}
		return f.store.AddWorkforceMix(ctx, m)
	})
}

func place(groups []models.VoiceGroup, value string) int {
	return slices.IndexFunc(groups, func(g models.VoiceGroup) bool { return g.Value == value })
}
