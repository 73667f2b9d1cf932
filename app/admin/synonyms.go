package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/search"
	"grassroots/templates"
)

// Limits of the form.
const (
	maxSynonyms   = 400_000 // bytes
	shownProblems = 20
)

// synonymsText gives the text of the table and whether an admin changed it.
func synonymsText(ctx context.Context, st *store.Store) (text string, edited bool, err error) {
	text, err = st.Setting(store.Fresh(ctx), web.SynonymsSetting)
	if models.KindOf(err) == models.NotFound {
		return search.DefaultSynonymsText(), false, nil
	}
	return text, err == nil, err
}

// groups counts the groups of a text; one that cannot be read has none.
func groups(text string) int {
	parsed, err := search.ParseSynonyms(strings.NewReader(text))
	if err != nil {
		return 0
	}
	return parsed.Len()
}

// fingerprint tells one text from another.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func (f *Feature) synonymsPage(c *fiber.Ctx, _ *models.Person) error {
	text, edited, err := synonymsText(c.UserContext(), f.store)
	if err != nil {
		return err
	}
	return f.showSynonyms(c, fiber.StatusOK, templates.SynonymsPage{Text: text, Loaded: fingerprint(text), Groups: groups(text), Edited: edited})
}

func (f *Feature) showSynonyms(c *fiber.Ctx, status int, page templates.SynonymsPage) error {
	return f.site.Render(c, status, f.shell(c, "Synonyms", page.Errors), templates.Synonyms(page))
}

// saveSynonyms saves the table and puts it to use. What is wrong with it is
// named by line, and the text kept.
func (f *Feature) saveSynonyms(c *fiber.Ctx, p *models.Person) error {
	ctx := c.UserContext()
	typed := web.Value(c, "synonyms")
	current, edited, err := synonymsText(ctx, f.store)
	if err != nil {
		return err
	}
	page := templates.SynonymsPage{Text: models.CleanText(typed), Loaded: web.Value(c, "loaded"), Groups: groups(current), Edited: edited}
	parsed, err := readSynonyms(typed)
	var overrides []models.Override
	if err == nil {
		overrides, err = f.site.CheckTexts(ctx, []personal.Text{{Field: "synonyms", Value: page.Text}}, []personal.Text{{Field: "synonyms", Value: current}})
	}
	if err == nil && page.Loaded != fingerprint(current) {
		page.Loaded, page.Theirs, page.HasTheirs = fingerprint(current), current, true
		err = models.E(models.Conflict, "Somebody else has saved the synonyms since you opened them. Nothing was changed.")
	}
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showSynonyms(c, status, page)
		})
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.SetSetting(ctx, web.SynonymsSetting, page.Text+"\n", p.ID); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideSynonyms, SubjectID: "synonyms"})
	})
	if err != nil {
		return err
	}
	f.site.Log.InfoContext(ctx, "the synonyms were changed", "by", p.ID, "groups", parsed.Len())
	return f.putToUse(c, "The synonyms are saved and in use.")
}

// putToUse hands what is saved to the search engine. When the engine is away it
// is taken up when it is back.
func (f *Feature) putToUse(c *fiber.Ctx, done string) error {
	err := f.site.RefreshSynonyms(c.UserContext())
	if errors.Is(err, search.ErrUnavailable) {
		f.site.SearchAway(true)
		f.site.Flash(c, templates.Flash{Message: "The synonyms are saved, but the search engine is away and does not use them yet. It will when it is back."})
		return c.Redirect("/admin/synonyms", fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/admin/synonyms", done)
}

func (f *Feature) restoreSynonyms(c *fiber.Ctx, p *models.Person) error {
	if err := f.store.DeleteSetting(c.UserContext(), web.SynonymsSetting); err != nil {
		return err
	}
	f.site.Log.InfoContext(c.UserContext(), "the default synonyms were restored", "by", p.ID)
	return f.putToUse(c, "The default synonyms are restored and in use.")
}

// readSynonyms reads what was typed. Invalid when a line cannot be read.
func readSynonyms(typed string) (search.Synonyms, error) {
	if len(typed) > maxSynonyms {
		return search.Synonyms{}, models.InvalidField("synonyms", fmt.Sprintf("The synonyms must be %s characters or fewer", templates.FormatNumber(maxSynonyms)))
	}
	if !utf8.ValidString(typed) {
		return search.Synonyms{}, models.InvalidField("synonyms", "Some of this is not readable as UTF-8 text. It is marked with “\uFFFD”")
	}
	parsed, err := search.ParseSynonyms(strings.NewReader(models.CleanText(typed)))
	if err == nil {
		return parsed, nil
	}
	var fields []models.FieldError
	lines := problemsIn(err)
	for _, p := range lines[:min(len(lines), shownProblems)] {
		fields = append(fields, models.FieldError{Field: "synonyms", Message: fmt.Sprintf("Line %d: %s", p.Line, p.Problem)})
	}
	if more := len(lines) - shownProblems; more > 0 {
		fields = append(fields, models.FieldError{Field: "synonyms", Message: templates.FormatCount(more, "further line has", "further lines have") + " something wrong"})
	}
	if len(fields) == 0 {
		return search.Synonyms{}, err
	}
	return search.Synonyms{}, &models.Error{Kind: models.Invalid, Message: "The synonyms were not saved.", Fields: fields}
}

// problemsIn lists the lines that an error of ParseSynonyms names.
func problemsIn(err error) []*search.SynonymError {
	var one *search.SynonymError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*search.SynonymError
		for _, e := range joined.Unwrap() {
			out = append(out, problemsIn(e)...)
		}
		return out
	}
	if errors.As(err, &one) {
		return []*search.SynonymError{one}
	}
	return nil
}
