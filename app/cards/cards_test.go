package cards_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/cards"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

func each(t *testing.T, f func(t *testing.T, a *apptest.App)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{cards.New(s, func(ctx context.Context, slug string) (models.CaseStudy, error) {
			cs, err := s.Store.CaseStudy(ctx, slug)
			if err == nil && cs.Status != models.Published {
				err = models.E(models.Gone, "It has been withdrawn.")
			}
			return cs, err
		})}
	}, f)
}

func add(t *testing.T, a *apptest.App, title string) models.CaseStudy {
	t.Helper()
	owner := apptest.Person(t, a.Store)
	cs := models.CaseStudy{ID: a.Store.NewID(), OwnerID: owner.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Organisation: "RR8", Body: "We did it.", Language: "en"}}
	if err := a.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func picture(t *testing.T, p *apptest.Page) image.Image {
	t.Helper()
	p.Want(http.StatusOK)
	made, err := png.Decode(strings.NewReader(p.Body))
	if err != nil || p.Header.Get("Content-Type") != "image/png" || made.Bounds().Dx() != templates.ImageWidth || made.Bounds().Dy() != templates.ImageHeight {
		t.Fatalf("%s is no picture of the right size: %v", p.Path, err)
	}
	if len(p.Body) > 100<<10 {
		t.Errorf("%s has %d bytes", p.Path, len(p.Body))
	}
	return made
}

func TestEveryTitleMakesAPicture(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		site := c.Get("/card.png")
		picture(t, site)
		seen := map[string]string{}
		for _, title := range []string{"Letters", "Discharge letters reach the GP system in minutes", strings.Repeat("w", models.MaxTitle), strings.Repeat("Wide words ", 13),
			"🩺🩺🩺", "Llythyrau rhyddhau ŵŷ", "العربية", "a\u0301\u202e<>&"} {
			cs := add(t, a, title)
			p := c.Get("/case-studies/" + cs.Slug + "/card.png?r=1")
			picture(t, p)
			if other, ok := seen[p.Body]; ok && !strings.ContainsAny(title+other, "🩺ا") {
				t.Errorf("%q looks like %q", title, other)
			}
			seen[p.Body] = title
		}
		c.Header.Set("If-None-Match", site.Header.Get("ETag"))
		c.Get("/card.png").Want(http.StatusNotModified)
	})
}

func TestPicturesAreOfWhatCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		cs := add(t, a, "Letters")
		before := a.Client(t).Get("/case-studies/letters/card.png")
		picture(t, before)
		revised := cs
		revised.Title, revised.UpdatedAt = "Other letters", a.Store.Now()
		if err := a.Store.ReviseCaseStudy(t.Context(), &revised, store.SaveNote{EditorID: cs.OwnerID}); err != nil {
			t.Fatal(err)
		}
		if after := a.Client(t).Get("/case-studies/letters/card.png"); bytes.Equal([]byte(after.Body), []byte(before.Body)) {
			t.Error("the picture shows the title that was")
		}
		if err := a.Store.SetStatus(t.Context(), cs.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		a.Client(t).Get("/case-studies/letters/card.png").Want(http.StatusGone)
		a.Client(t).Get("/case-studies/nothing/card.png").Want(http.StatusNotFound)
	})
}
