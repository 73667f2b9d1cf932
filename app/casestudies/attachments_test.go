package casestudies_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// aPicture gives a PNG image; each width makes another content.
func aPicture(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// attach sends a file and gives its address, as the editor shows it.
func attach(t *testing.T, c *apptest.Client, id, name string, content []byte) string {
	t.Helper()
	page := c.PostFiles("/me/drafts/"+id+"/files", nil, apptest.File{Field: "file", Name: name, ContentType: "image/png", Content: content}).Follow().Want(http.StatusOK)
	for _, link := range page.Links() {
		if strings.HasPrefix(link, "/attachments/") && strings.HasSuffix(link, "/"+name) {
			return link
		}
	}
	t.Fatalf("the editor does not list %s", name)
	return ""
}

// files is a published case study with one file, and those who look at it.
type files struct {
	made             models.CaseStudy
	page, draft      string
	first            string // address of the published file
	owner, stranger  *apptest.Client
	anybody, program *apptest.Client
}

func withFile(t *testing.T, a *apptest.App, cs *casestudies.Feature) files {
	t.Helper()
	owner := apptest.Person(t, a.Store)
	f := files{owner: a.As(t, owner), stranger: a.As(t, apptest.Person(t, a.Store)), anybody: a.Client(t), program: a.Program(t, owner)}
	made := f.owner.Post("/case-studies/new", nil)
	f.draft = made.Header.Get("Location")
	id := strings.TrimPrefix(f.draft, "/me/drafts/")
	f.first = attach(t, f.owner, id, "first.png", aPicture(t, 3))
	f.stranger.Get(f.first).Want(http.StatusNotFound)
	f.owner.Get(f.draft).WantNoText("Readers see it").Form(f.draft).Set("title", "With files").Set("section_problem", "Text").Press("action", "publish").Send().WantRedirect("/case-studies/with-files")
	f.page = "/case-studies/with-files"
	f.anybody.Get(f.page).WantText("first.png")
	f.anybody.Get(f.first).Want(http.StatusOK)
	var err error
	if f.made, err = cs.Get(t.Context(), nil, id); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAFileIsSeenByReadersWhenItIsPublished(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		f := withFile(t, a, cs)
		// Before any change of the text is kept, the editor is where it was.
		second := attach(t, f.owner, f.made.ID, "second.png", aPicture(t, 4))
		f.owner.Get("/case-studies/with-files/edit").WantText("second.png", "Readers see it when you publish the changes")
		f.owner.Get(second).Want(http.StatusOK)
		for _, other := range []*apptest.Client{f.anybody, f.stranger} {
			other.Get(second).Want(http.StatusNotFound)
			other.Get(f.page).WantText("first.png").WantNoText("second.png")
		}
		f.owner.Get(f.page).WantNoText("second.png")
		f.owner.Get("/case-studies/with-files/edit").Form(f.draft).Press("action", "publish").Send().WantRedirect(f.page)
		f.anybody.Get(f.page).WantText("first.png", "second.png")
		f.anybody.Get(second).Want(http.StatusOK)
	})
}

func TestAFileThatADraftRemovesStaysUntilItIsPublished(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		f := withFile(t, a, cs)
		remove := f.draft + "/files/" + strings.Split(f.first, "/")[2] + "/delete"
		f.stranger.Post(remove, nil).Want(http.StatusForbidden)
		f.owner.Post(remove, nil).Follow().WantText("Readers see it until you publish the changes")
		f.anybody.Get(f.page).WantText("first.png")
		f.anybody.Get(f.first).Want(http.StatusOK)
		f.owner.Get("/case-studies/with-files/edit").Form(remove).Press("keep", "yes").Send().Follow().WantNoText("Readers see it until you publish")
		f.owner.Post(remove, nil).Follow().Form(f.draft).Set("section_aim", "More").Press("action", "publish").Send().WantRedirect(f.page)
		f.anybody.Get(f.page).WantText("More").WantNoText("first.png")
		f.anybody.Get(f.first).Want(http.StatusNotFound)
		wantContents(t, cs, 0)
	})
}

func TestADraftThatIsThrownAwayTakesItsFilesAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		f := withFile(t, a, cs)
		f.owner.Get("/case-studies/with-files/edit").Form(f.draft).Set("section_aim", "Perhaps").Press("action", "save").Send().WantRedirect(f.draft)
		second := attach(t, f.owner, f.made.ID, "second.png", aPicture(t, 4))
		attach(t, f.owner, f.made.ID, "same.png", aPicture(t, 3)) // the content of the published one
		f.owner.Post(f.draft+"/files/"+strings.Split(f.first, "/")[2]+"/delete", nil).Want(http.StatusSeeOther)
		wantContents(t, cs, 2)
		f.owner.Post(f.draft+"/delete", nil).Want(http.StatusSeeOther)
		f.owner.Get(second).Want(http.StatusNotFound)
		f.anybody.Get(f.page).WantText("first.png").WantNoText("second.png", "same.png")
		f.owner.Get("/case-studies/with-files/edit").WantNoText("second.png", "Readers see it until")
		wantContents(t, cs, 1)
		f.anybody.Get(f.first).Want(http.StatusOK)
		// One that was never published leaves nothing.
		made := f.owner.Post("/case-studies/new", nil).Header.Get("Location")
		third := attach(t, f.owner, strings.TrimPrefix(made, "/me/drafts/"), "third.png", aPicture(t, 5))
		f.owner.Post(made+"/delete", nil).Want(http.StatusSeeOther)
		f.owner.Get(third).Want(http.StatusNotFound)
		wantContents(t, cs, 1)
	})
}

func TestAFileIsPublishedByTheTextThatShowsIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		f := withFile(t, a, cs)
		second := attach(t, f.owner, f.made.ID, "second.png", aPicture(t, 4))
		third := attach(t, f.owner, f.made.ID, "third.png", aPicture(t, 5))
		f.program.Send(http.MethodPut, "/api/v1/case-studies/"+f.made.ID, map[string]any{"title": "With files", "stage": "idea",
			"body": "Look: ![a picture](" + second + ")"}).Want(http.StatusOK)
		f.anybody.Get(second).Want(http.StatusOK)
		f.anybody.Get(third).Want(http.StatusNotFound)
		// A text cannot publish the file of another.
		other := apptest.Person(t, a.Store)
		post(t, cs, other, "Thief", "![theirs]("+third+")")
		f.anybody.Get(third).Want(http.StatusNotFound)
	})
}

func TestFilesOfAWithdrawnCaseStudyAreGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		f := withFile(t, a, cs)
		f.owner.Post(f.page+"/withdraw", url.Values{}).Want(http.StatusSeeOther)
		f.anybody.Get(f.first).Want(http.StatusGone)
		f.owner.Get(f.first).Want(http.StatusOK)
	})
}

// wantContents works what is due and counts the contents that are kept.
func wantContents(t *testing.T, cs *casestudies.Feature, want int) {
	t.Helper()
	if err := cs.Queue().Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := cs.Uploads().Each(t.Context(), func(string, int64) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("%d contents are kept, want %d", n, want)
	}
}
