package casestudies_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/jobs"
	"grassroots/app/markdown/xsscorpus"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/format"
	"grassroots/search"
)

// mounted is the feature with its API, as the program mounts it, and with its
// start page at once.
type mounted struct{ *casestudies.Feature }

func (m mounted) Routes(r fiber.Router) {
	m.Feature.Routes(r)
	r.Get("/", m.Front)
}

// each runs a test on both databases.
func each(t *testing.T, f func(t *testing.T, a *apptest.App, cs *casestudies.Feature), options ...apptest.Option) {
	t.Helper()
	features := make(chan *casestudies.Feature, 2)
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		feature := casestudies.New(site, jobs.New(site.Store, jobs.Config{Logger: site.Log, Now: site.Now}), files)
		features <- feature
		return []apptest.Routes{mounted{feature}}
	}, func(t *testing.T, a *apptest.App) {
		// Both subtests run at once; each takes the feature of its own site.
		for f2 := range features {
			if f2.Site() == a.Site {
				f(t, a, f2)
				return
			}
			features <- f2
		}
	}, options...)
}

// post publishes a case study of a person's.
func post(t *testing.T, cs *casestudies.Feature, p models.Person, title, body string, change ...func(*models.Document)) models.CaseStudy {
	t.Helper()
	doc := models.Document{Title: title, Stage: models.StageIdea, Body: body, Authors: []models.Author{{Name: p.Name, Handle: p.Handle}}}
	for _, c := range change {
		c(&doc)
	}
	made, err := cs.Create(t.Context(), &p, casestudies.Publication{Document: doc})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAnIdeaIsPostedInOneFormAndGrows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		nurse := apptest.Person(t, a.Store, apptest.Named("amina", "Amina Yusuf"))
		c := a.As(t, nurse)
		page := c.Get("/case-studies/new").Want(http.StatusOK)
		forms := page.All(apptest.Tag("form"))
		action := ""
		for _, f := range forms {
			if strings.HasPrefix(apptest.Attr(f, "action"), "/me/drafts/") {
				action = apptest.Attr(f, "action")
			}
		}
		empty := page.Form(action).Press("action", "publish").Send()
		empty.WantErrors("Enter a title", "Say what the problem is")
		made := empty.Form(action).Set("title", "Discharge letters reach the GP late").Set("section_problem", "They are **typed twice**.").
			Set("section_help", "Send them by MESH.").Press("action", "publish").Send()
		made.WantRedirect("/case-studies/discharge-letters-reach-the-gp-late")
		shown := made.Follow().WantText("Discharge letters reach the GP late", "typed twice", "Send them by MESH.", "Amina Yusuf", "Idea", "It is posted")
		edit := c.Get(shown.Link("Grow it into a case study")).Want(http.StatusOK)
		grown := edit.Form(action).Set("stage", "trial").Set("organisation", "rr8").Set("section_results", "From 2 days to 6 minutes.").
			Set("tags", "Discharge, letters").Set("connections[0].from", "PPM+").Set("connections[0].to", "SystmOne").
			Set("connections[0].standard", "").Set("note", "Trial began").Press("action", "publish").Send()
		grown.WantRedirect("/case-studies/discharge-letters-reach-the-gp-late")
		grown.Follow().WantText("Trial", "From 2 days to 6 minutes.", "typed twice", "PPM+", "SystmOne", "Revision 2", "Organisation RR8")
		c.Get("/case-studies/discharge-letters-reach-the-gp-late/history").WantText("Trial began", "Amina Yusuf")
		c.Get("/case-studies/discharge-letters-reach-the-gp-late/history/2").WantText("What changed since revision 1", "From 2 days to 6 minutes.")
		back := c.Post("/case-studies/discharge-letters-reach-the-gp-late/history/1/restore", nil)
		back.Follow().WantText("Idea", "Restored revision 1").WantNoText("From 2 days")
	})
}

func TestADraftIsSavedAsOneTypes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		nurse := apptest.Person(t, a.Store)
		c := a.As(t, nurse)
		page := c.Post("/case-studies/new", nil)
		address := page.Header.Get("Location")
		form := page.Follow().Form(address).Set("title", "Half a th")
		c.Header.Set("Accept", "application/json")
		var saved struct {
			Version int    `json:"version"`
			SavedAt string `json:"saved_at"`
		}
		answer := form.Send().Want(http.StatusOK)
		if err := json.Unmarshal([]byte(answer.Body), &saved); err != nil || saved.Version != 2 || saved.SavedAt == "" {
			t.Fatalf("autosave answered %s (%v)", answer.Body, err)
		}
		// The same version again is a conflict, for a script as for a person.
		form.Set("title", "Another").Send().Want(http.StatusConflict)
		c.Header.Del("Accept")
		if got := c.Get(address).Form(address).Values.Get("title"); got != "Half a th" {
			t.Errorf("the draft has the title %q", got)
		}
		other := a.As(t, apptest.Person(t, a.Store))
		other.Get(address).Want(http.StatusNotFound)
		other.Post(address, url.Values{"form": {"idea"}, "version": {"2"}, "title": {"Stolen"}}).Want(http.StatusNotFound)
		a.Client(t).Post(address, url.Values{"form": {"idea"}}).Want(http.StatusUnauthorized)
	})
}

func TestTwoPeopleOnOneDraftSeeBothTexts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		first, second := apptest.Person(t, a.Store, apptest.Named("first", "First Author")), apptest.Person(t, a.Store, apptest.Named("second", "Second Author"))
		c1, c2 := a.As(t, first), a.As(t, second)
		made := c1.Post("/case-studies/new", nil)
		address := made.Header.Get("Location")
		with := made.Follow().Form(address).Set("title", "Together").Set("authors[0].contact", "first").Press("action", "add-author").Send()
		with.Form(address).Set("authors[1].name", "Second Author").Set("authors[1].contact", "@second").Press("action", "save").Send().WantRedirect(address)
		one, two := c1.Get(address).Want(200).Form(address), c2.Get(address).Want(200).Form(address)
		one.Set("section_problem", "What the first wrote").Press("action", "save").Send().WantRedirect(address)
		conflict := two.Set("section_problem", "What the second wrote").Press("action", "save").Send().Want(http.StatusConflict)
		conflict.WantText("Somebody else has saved this draft", "First Author", "What the first wrote", "What the second wrote")
		conflict.Form(address).Set("body", "## Problem and baseline\n\nWhat both wrote").Press("action", "resolve").Send().WantRedirect(address)
		c1.Get(address).WantText("What both wrote")
	})
}

func TestAChangeOfAnOldRevisionIsShownBesideTheNew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Joined up", "## Aim\n\nOld")
		c := a.As(t, owner)
		draft := "/me/drafts/" + made.ID
		c.Get("/case-studies/joined-up/edit").Form(draft).Set("section_aim", "Mine").Press("action", "save").Send().WantRedirect(draft)
		doc := made.Document
		doc.Body = "## Aim\n\nTheirs"
		if _, err := cs.Revise(t.Context(), &owner, casestudies.Publication{ID: made.ID, Document: doc, Base: 1}); err != nil {
			t.Fatal(err)
		}
		page := c.Get(draft).Form(draft).Press("action", "publish").Send().Want(http.StatusConflict)
		page.WantText("The case study has changed meanwhile", "Mine", "Theirs")
		page.Form(draft).Set("body", "## Aim\n\nMine and theirs").Press("action", "overwrite").Send().WantRedirect("/case-studies/joined-up")
		c.Get("/case-studies/joined-up").WantText("Mine and theirs", "Revision 3")
		c.Get(draft).Want(http.StatusNotFound)
	})
}

func TestWithdrawAndBringBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner, other := apptest.Person(t, a.Store), apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Regretted", "Text")
		c, d := a.As(t, owner), a.As(t, other)
		address := "/case-studies/" + made.Slug
		d.Post(address+"/withdraw", nil).Want(http.StatusForbidden)
		c.Post(address+"/withdraw", nil).WantRedirect(address).Follow().WantText("Withdrawn", "Bring it back")
		d.Get(address).Want(http.StatusGone)
		a.Client(t).Get(address + "/history").Want(http.StatusGone)
		d.Get("/case-studies").WantNoText("Regretted")
		d.Post(address+"/vote", nil).Want(http.StatusGone)
		c.Post(address+"/bring-back", nil).WantRedirect(address)
		d.Get("/case-studies").WantText("Regretted")
	})
}

func TestVotingByTheSameButton(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Good idea", "Text")
		vote := "/case-studies/" + made.Slug + "/vote"
		c := a.As(t, apptest.Person(t, a.Store))
		for range 2 {
			c.Get("/case-studies").Form(vote).Send().WantRedirect("/case-studies").Follow()
			button := c.Get("/case-studies/" + made.Slug).One(pressedVote("true"))
			if text := apptest.Text(button); !strings.Contains(text, "1") {
				t.Errorf("the pressed button says %q, want 1 vote", text)
			}
			c.Get("/case-studies/" + made.Slug).Form(vote).Send().WantRedirect("/case-studies/" + made.Slug)
			c.Get("/case-studies/" + made.Slug).One(pressedVote("false"))
		}
		a.Client(t).Post(vote, nil).Want(http.StatusUnauthorized)
		cross := a.As(t, owner)
		cross.Header.Set("Origin", "https://evil.example")
		cross.Header.Set("Sec-Fetch-Site", "cross-site")
		cross.Post(vote, nil).Want(http.StatusForbidden)
	})
}

func TestListAddressesThatAreWrongSayWhichPart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		c := a.Client(t)
		for address, says := range map[string]string{
			"/case-studies?colour=red":       "colour",
			"/case-studies?sort=best":        "best",
			"/case-studies?stage=done":       "done",
			"/case-studies?cursor=nonsense":  "cursor",
			"/case-studies/no-such-thing":    "cannot be found",
			"/case-studies/x/history/999999": "cannot be found",
		} {
			page := c.Get(address)
			if page.Status != http.StatusBadRequest && page.Status != http.StatusNotFound {
				t.Errorf("%s answered %d", address, page.Status)
			}
			page.WantText(says)
		}
		c.Get("/case-studies").Want(200).WantText("Nothing has been posted yet")
	})
}

func TestFiltersAndPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		for i := range 25 {
			a.Clock.Move(time.Minute)
			post(t, cs, owner, fmt.Sprintf("Study %02d", i), "Text", func(d *models.Document) {
				if i%2 == 0 {
					d.Tags = []string{"even"}
				}
			})
		}
		c := a.Client(t)
		first := c.Get("/case-studies?sort=new").Want(200).WantText("25 case studies", "Study 24").WantNoText("Study 04")
		second := c.Get(first.Link("Next case studies")).Want(200).WantText("Study 04", "Study 00").WantNoText("Study 05")
		c.Get(second.Link("Previous case studies")).Want(200).WantText("Study 24").WantNoText("Study 04")
		c.Get("/case-studies?tag=even").WantText("13 case studies", "Tag: even").WantNoText("Study 01")
		c.Get("/case-studies?tag=odd").WantText("No case studies found")
	})
}

func TestNoPagesQueriesGrowWithItsRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		c := a.As(t, owner)
		big := func(d *models.Document) {
			for i := range 20 {
				d.Connections = append(d.Connections, models.Connection{From: fmt.Sprintf("System %d", i), To: "SystmOne", Standard: "hl7-v2"})
				d.Evidence = append(d.Evidence, models.Evidence{Title: "Report", URL: "https://example.org/"})
			}
			d.Tags, d.Organisation = []string{"a", "b", "c"}, "RR8"
		}
		post(t, cs, owner, "One", "Text", big)
		pages := []string{"/", "/case-studies", "/case-studies?tag=a&sort=new", "/case-studies/one", "/case-studies/one/history", "/case-studies/one/edit"}
		count := func(path string) int {
			c.Get(path).Want(200) // lists that are kept for a while are read
			return len(a.Statements(func() { c.Get(path).Want(200) }))
		}
		before := map[string]int{}
		for _, p := range pages {
			before[p] = count(p)
		}
		for i := range 19 {
			post(t, cs, owner, fmt.Sprintf("More %d", i), "Text", big)
		}
		for _, p := range pages {
			if after := count(p); after > before[p] {
				t.Errorf("%s ran %d statements with one case study and %d with twenty", p, before[p], after)
			}
			if before[p] > 14 {
				t.Errorf("%s runs %d statements", p, before[p])
			}
		}
	})
}

func TestHostileTextIsInertInEveryField(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		c := a.As(t, owner)
		payloads := xsscorpus.Payloads()
		if len(payloads) < 100 {
			t.Fatalf("the corpus has only %d", len(payloads))
		}
		for i, p := range payloads {
			made := post(t, cs, owner, models.Truncate("T "+p, models.MaxTitle), p, func(d *models.Document) {
				d.Summary = models.Truncate(p, models.MaxSummary)
				d.Authors = []models.Author{{Name: models.Truncate("A "+p, models.MaxName), Role: models.Truncate(p, models.MaxName)}}
				d.Evidence = []models.Evidence{{Title: models.Truncate(p, 300), URL: "https://example.org/"}}
				d.Connections = []models.Connection{{From: models.Truncate("F "+p, models.MaxName), To: "SystmOne", Data: []string{models.Truncate(p, models.MaxName)}}}
				d.Organisation = "RR8"
			})
			paths := []string{"/case-studies/" + made.Slug}
			if i%10 == 0 {
				paths = append(paths, "/case-studies?sort=new", "/case-studies/"+made.Slug+"/edit", "/case-studies/"+made.Slug+"/history/1", "/case-studies?q="+url.QueryEscape(p))
			}
			for _, path := range paths {
				wantInert(t, c.Get(path).Want(200))
			}
		}
	})
}

// wantInert fails the test when a page has a script, a handler, a style or an
// address that we did not write.
func wantInert(t *testing.T, page *apptest.Page) {
	t.Helper()
	for _, n := range page.All(func(*html.Node) bool { return true }) {
		switch n.Data {
		case "script":
			if src := apptest.Attr(n, "src"); !strings.HasPrefix(src, "/assets/") && apptest.Attr(n, "type") != "application/ld+json" {
				t.Errorf("%s has a script that is not ours", page.Path)
			}
		case "iframe", "object", "embed", "style", "base", "math", "foreignobject", "video", "audio", "marquee":
			t.Errorf("%s has a <%s>", page.Path, n.Data)
		}
		for _, attr := range n.Attr {
			if strings.HasPrefix(strings.ToLower(attr.Key), "on") || attr.Key == "style" || attr.Key == "srcdoc" {
				t.Errorf("%s has %s=%q on <%s>", page.Path, attr.Key, attr.Val, n.Data)
			}
			if attr.Key == "href" || attr.Key == "src" || attr.Key == "action" || attr.Key == "formaction" {
				u, err := url.Parse(strings.TrimSpace(attr.Val))
				if err != nil || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" {
					t.Errorf("%s has %s=%q on <%s>", page.Path, attr.Key, attr.Val, n.Data)
				}
			}
		}
	}
}

func TestBrokenTextIsCleanedOrRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		c := a.As(t, apptest.Person(t, a.Store))
		page := c.Post("/case-studies/new", nil)
		address := page.Header.Get("Location")
		for name, text := range map[string]string{"invalid UTF-8": "bad \xff\xfe text", "NUL": "nul\x00byte", "override": "a\u202Eb", "separator": "a\u2028b"} {
			form := c.Get(address).Form(address).Set("title", text).Set("section_problem", text).Set("tags", text)
			form.Press("action", "save").Send().Want(http.StatusSeeOther)
			body := c.Get(address).Want(200).Body
			for _, bad := range []string{"\x00", "\u202E", "\xff"} {
				if strings.Contains(body, bad) {
					t.Errorf("%s: the page still has %q", name, bad)
				}
			}
		}
		long := strings.Repeat("x", models.MaxBody+1)
		form := c.Get(address).Form(address).Set("title", long[:151]).Set("section_problem", long).Set("tags", "")
		kept := form.Press("action", "publish").Send().Want(http.StatusUnprocessableEntity)
		if got := kept.Form(address).Values; got.Get("title") != long[:151] || strings.TrimSpace(got.Get("section_problem")) != long {
			t.Error("what was typed is not in the form that came back")
		}
	})
}

func TestFilesAreSniffedAndNothingIsLeftOfBadOnes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		c := a.As(t, owner)
		address := c.Post("/case-studies/new", nil).Header.Get("Location")
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
			t.Fatal(err)
		}
		c.PostFiles(address+"/files", url.Values{"alt": {"A ward"}}, apptest.File{Field: "file", Name: "../../ward.png", ContentType: "image/png", Content: picture.Bytes()}).
			WantRedirect(address + "#files")
		c.PostFiles(address+"/files", nil, apptest.File{Field: "file", Name: "picture.png", ContentType: "image/png", Content: []byte("<script>alert(1)</script>")}).
			Want(http.StatusUnsupportedMediaType).WantText("JPEG")
		c.PostFiles(address+"/files", nil, apptest.File{Field: "file", Name: "big.pdf", ContentType: "application/pdf", Content: append([]byte("%PDF-1.7\n"), make([]byte, casestudies.MaxUpload)...)}).
			Want(http.StatusRequestEntityTooLarge)
		page := c.Get(address).WantText("ward.png").WantNoText("picture.png", "big.pdf")
		file := page.Link("ward.png")
		got := c.Get(file).Want(200)
		if got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the file came as %s, %s", got.Header.Get("Content-Type"), got.Header.Get("Content-Security-Policy"))
		}
		a.Client(t).Get(file).Want(http.StatusNotFound)
		a.As(t, apptest.Person(t, a.Store)).Get(file).Want(http.StatusNotFound)
	})
}

func TestListsAnswerFromTheDatabaseWhileTheEngineIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		post(t, cs, owner, "Discharge letters by MESH", "Text")
		post(t, cs, owner, "Something else", "Text")
		c := a.As(t, owner)
		c.Get("/case-studies?q=discharge").Want(200).WantText("Search is away", "Discharge letters by MESH").WantNoText("Something else")
		c.Get("/search/suggest?q=dis").Want(200)
		page := c.Post("/case-studies/new", nil)
		page.Follow().Want(200).WantText("Search is away")
	}, apptest.WithIndex(search.Away{}))
}

func TestSearchFindsWhatWasPostedAndForgetsWhatWasWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Discharge letters by MESH", "Text")
		post(t, cs, owner, "Blood results in the GP record", "Text")
		index := func() {
			t.Helper()
			if _, err := cs.IndexTouched(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		index()
		c := a.Client(t)
		c.Get("/case-studies?q=disharge+leters").Want(200).WantText("Discharge letters by MESH").WantNoText("Blood results")
		c.Get("/case-studies/similar?title=Letters+at+discharge").WantText("Discharge letters by MESH")
		a.As(t, owner).Post("/case-studies/"+made.Slug+"/withdraw", nil).Want(http.StatusSeeOther)
		c.Get("/case-studies?q=disharge+leters").Want(200).WantNoText("Discharge letters by MESH", "1 case study")
		index()
		if found, err := a.Site.Index.Search(t.Context(), search.Query{Text: "discharge letters", Limit: 5}); err != nil || found.Total != 0 {
			t.Errorf("the engine still finds %d (%v)", found.Total, err)
		}
	})
}

func TestAnonymousPagesAreKeptAndDroppedByAWrite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Seen by all", "Text")
		reader := a.Client(t)
		first := reader.Get("/case-studies").Want(200)
		if n := len(a.Statements(func() { reader.Get("/case-studies").Want(200) })); n != 0 {
			t.Errorf("the second reader cost %d statements", n)
		}
		reader.Header.Set("If-None-Match", first.Header.Get("ETag"))
		reader.Get("/case-studies").Want(http.StatusNotModified)
		reader.Header.Del("If-None-Match")
		a.As(t, owner).Post("/case-studies/"+made.Slug+"/vote", nil).Want(http.StatusSeeOther)
		reader.Get("/case-studies").WantText("1 vote")
	})
}

func TestAnyoneDownloadsACaseStudyAsMarkdown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Letters by MESH", "They are **typed twice**.", func(d *models.Document) { d.Authors[0].Email = owner.Email })
		reader := a.Client(t)
		address := reader.Get("/case-studies/letters-by-mesh").Link("Download as Markdown")
		file := reader.Get(address).Want(http.StatusOK)
		if got := file.Header.Get("Content-Type") + " " + file.Header.Get("Content-Disposition"); got != `text/markdown; charset=utf-8 attachment; filename="letters-by-mesh.md"` {
			t.Errorf("sent as %s", got)
		}
		read, err := format.Parse(address, []byte(file.Body))
		if err != nil {
			t.Fatal(err)
		}
		if read.ID != made.ID || read.Body != made.Body || read.Authors[0].Handle != owner.Handle || read.Authors[0].Email != "" {
			t.Errorf("the file says\n%s", file.Body)
		}
		// What was downloaded says nothing new, though it has no e-mail address.
		if _, outcome, err := cs.Import(t.Context(), &owner, read, casestudies.ImportOptions{}); err != nil || outcome != casestudies.Unchanged {
			t.Errorf("importing it again: %s, %v", outcome, err)
		}
		revised := made
		revised.Title = "Letters by post"
		if _, err := cs.Revise(t.Context(), &owner, casestudies.Publication{ID: made.ID, Document: revised.Document, Base: 1}); err != nil {
			t.Fatal(err)
		}
		if to := reader.Get(address).Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/case-studies/letters-by-post.md" {
			t.Errorf("the earlier address leads to %s", to)
		}
		if _, err := cs.Withdraw(t.Context(), &owner, made.ID, ""); err != nil {
			t.Fatal(err)
		}
		reader.Get("/case-studies/letters-by-post.md").Want(http.StatusGone)
		reader.Get("/case-studies/none.md").Want(http.StatusNotFound)
	})
}
