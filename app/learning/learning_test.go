package learning_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/learning"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	owner models.Person
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{learning.New(s)} }, func(t *testing.T, a *apptest.App) {
		f(t, &bench{a, apptest.Person(t, a.Store)})
	})
}

func (b *bench) post(t *testing.T, d models.Document) models.CaseStudy {
	t.Helper()
	b.Clock.Move(time.Hour)
	d.Stage, d.Language = models.StageInUse, "en"
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: d}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		t.Fatal(err)
	}
	b.Site.Changed()
	return cs
}

const body = "We did it.\n\n## What we learnt\n\n- Ask the **ward** first\n- Count before you begin\n"

func TestWhatOthersLearntIsGatheredByTopic(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get("/learning-points").WantText("Nothing is marked yet")
		b.post(t, models.Document{Title: "Letters", Body: body, Tags: []string{"discharge"}, Settings: []string{"Acute"}, Organisation: "RR8",
			Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}})
		b.post(t, models.Document{Title: "Bloods", Body: "> **Learning point:** Label the tube.", Tags: []string{"pathology"}})
		b.post(t, models.Document{Title: "Silent", Body: "Nothing of the kind.", Tags: []string{"silence"}})
		page := b.Client(t).Get("/learning-points").Want(http.StatusOK).WantText("Ask the ward first", "Count before you begin", "Label the tube.", "3 things learnt", "discharge (1 case study)", "RR8").WantNoText("silence", "Silent")
		if at := strings.Index(page.Text(), "Label the tube."); at > strings.Index(page.Text(), "Ask the ward first") {
			t.Error("the newest case study is not first")
		}
		for _, query := range []string{"tag=discharge", "setting=Acute", "standard=hl7-v2", "q=ward+first", "q=letters&tag=discharge"} {
			b.Client(t).Get("/learning-points?" + query).Want(http.StatusOK).WantText("Ask the ward first").WantNoText("Label the tube.")
		}
		b.Client(t).Get("/learning-points?tag=none").WantText("Nothing found", "Take away Tag: none")
		b.Client(t).Get("/learning-points?cursor=x").Want(http.StatusBadRequest)
		b.Client(t).Get("/learning-points?tags=pathology").Want(http.StatusBadRequest).WantText("There is no filter called “tags”.")
		var list struct {
			Total int
			Items []struct{ Words, Title string }
		}
		b.Client(t).Get("/api/v1/learning-points?tag=pathology").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || len(list.Items) != 1 || list.Items[0].Words != "Label the tube." || list.Items[0].Title != "Bloods" {
			t.Errorf("the API gives %+v", list)
		}
	})
}

// What was learnt follows the case study: what nobody may read any more is not there,
// and what has changed is as it is now.
func TestWhatWasLearntFollowsItsCaseStudy(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.post(t, models.Document{Title: "Letters", Body: body})
		b.post(t, models.Document{Title: "For some", Body: "## Learning points\n- A secret of some\n", Visibility: models.ToSignedIn})
		b.As(t, b.owner).Get("/learning-points").WantText("Ask the ward first").WantNoText("A secret of some")
		cs.Body, cs.UpdatedAt = strings.Replace(body, "Count before", "Measure before", 1), b.Store.Now()
		if err := b.Store.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get("/learning-points").WantText("Measure before you begin").WantNoText("Count before")
		for status, there := range map[models.Status]bool{models.Withdrawn: false} {
			if err := b.Store.SetStatus(t.Context(), cs.ID, status); err != nil {
				t.Fatal(err)
			}
			b.Site.Changed()
			if got := strings.Contains(b.Client(t).Get("/learning-points").Text(), "Ask the ward"); got != there {
				t.Errorf("%s: it is there %v", status, got)
			}
		}
		if err := b.Store.SetStatus(t.Context(), cs.ID, models.Published); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get("/learning-points").WantText("Ask the ward first")
		// What was there before the rules is derived when they come.
		if err := b.Store.DB(t.Context()).Exec("DELETE FROM learning_points").Error; err != nil {
			t.Fatal(err)
		}
		if err := b.Store.RebuildConnections(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get("/learning-points").WantText("Ask the ward first")
	})
}

func TestPagesOfWhatOthersLearnt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		count := func() int {
			b.Site.Changed()
			return len(b.Statements(func() { b.Client(t).Get("/learning-points").Want(http.StatusOK) }))
		}
		b.post(t, models.Document{Title: "First", Body: "## What we learnt\n- Point 00\n- Point 01\n", Tags: []string{"one"}})
		few := count()
		for n := range 7 {
			b.post(t, models.Document{Title: "More", Body: fmt.Sprintf("## What we learnt\n- Much %[1]d a\n- Much %[1]d b\n- Much %[1]d c\n", n), Tags: []string{fmt.Sprintf("tag%d", n)}})
		}
		if many := count(); many != few || many > 8 {
			t.Errorf("%d statements for few, %d for many", few, many)
		}
		page := b.Client(t).Get("/learning-points").WantText("Much 6 a", "Much 0 b", "23 things learnt").WantNoText("Much 0 c", "Point 00")
		next := ""
		for _, l := range page.Links() {
			if strings.Contains(l, "cursor=") {
				next = l
			}
		}
		b.Client(t).Get(next).Want(http.StatusOK).WantText("Much 0 c", "Point 00", "Point 01").WantNoText("Much 0 b")
	})
}
