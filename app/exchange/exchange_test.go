package exchange_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/exchange"
	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store/storetest"
)

// instance is a site with its case studies and its exchange.
type instance struct {
	*apptest.App
	t       *testing.T
	ex      *exchange.Feature
	studies *casestudies.Feature
	files   *uploads.Store
	queue   *jobs.Queue
	told    *sync.Map // how often each kind of event was announced
}

func features(t *testing.T, made *sync.Map) func(*web.Site) []apptest.Routes {
	return func(s *web.Site) []apptest.Routes {
		i := &instance{t: t, queue: jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now}), told: &sync.Map{}}
		var err error
		if i.files, err = uploads.Open(context.Background(), "file://"+t.TempDir()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = i.files.Close() })
		i.studies = casestudies.New(s, i.queue, i.files)
		i.ex = i.exchange(s, i.queue, 0)
		made.Store(s, i)
		return []apptest.Routes{i.studies, i.ex}
	}
}

// exchange makes the feature, which takes so many case studies from an instance
// at most.
func (i *instance) exchange(s *web.Site, queue *jobs.Queue, most int) *exchange.Feature {
	return exchange.New(s, queue, i.files, exchange.Config{Outbound: outbound.Config{AllowPrivate: true, Timeout: 20 * time.Second}, MaxCopies: most}, exchange.Hooks{
		Read:    func(ctx context.Context, id string) (models.CaseStudy, error) { return i.studies.Get(ctx, nil, id) },
		Prepare: i.studies.Prepare, AfterWrite: i.studies.AfterWrite,
		Announce: func(_ context.Context, what models.EventType, _ models.CaseStudy) error {
			n, _ := i.told.LoadOrStore(what, new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
			return nil
		}})
}

// limit has the instance take so many case studies from another at most from now
// on, as after a start with another setting.
func (i *instance) limit(most int) {
	i.ex = i.exchange(i.Site, jobs.New(i.Store, jobs.Config{Logger: i.Site.Log, Now: i.Site.Now}), most)
}

// origin is another instance that answers over real connections, with somebody
// on the way who may change what it says.
type origin struct {
	*instance
	url   string
	asked atomic.Int64
	way   atomic.Pointer[func(w http.ResponseWriter, r *http.Request, next http.Handler)]
}

func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{}
	var app http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.asked.Add(1)
		if way := o.way.Load(); way != nil {
			(*way)(w, r, app)
			return
		}
		app.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	var made sync.Map
	clock := apptest.NewClock()
	a := apptest.New(t, storetest.NewOn(t, "sqlite", storetest.WithNow(clock.Now)), features(t, &made), apptest.WithBaseURL(o.url))
	a.Clock = clock
	found, _ := made.Load(a.Site)
	o.instance = found.(*instance)
	o.App = a
	app = adaptor.FiberApp(a.Fiber)
	return o
}

// onTheWay has somebody between the instances from now on; nil takes them away.
func (o *origin) onTheWay(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	if f == nil {
		o.way.Store(nil)
		return
	}
	o.way.Store(&f)
}

// answer gives what the origin would have answered.
func answer(r *http.Request, next http.Handler) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	return rec
}

// each runs f on both databases with an instance and another one that it takes
// case studies from.
func each(t *testing.T, f func(t *testing.T, here *instance, there *origin)) {
	t.Helper()
	t.Parallel()
	var made sync.Map
	apptest.Each(t, features(t, &made), func(t *testing.T, a *apptest.App) {
		found, _ := made.Load(a.Site)
		here := found.(*instance)
		here.App, here.t = a, t
		f(t, here, newOrigin(t))
	})
}

func (i *instance) post(t *testing.T, title, body string, change ...func(*models.Document)) models.CaseStudy {
	t.Helper()
	p := apptest.Person(t, i.Store)
	doc := models.Document{Title: title, Summary: "In short.", Stage: models.StageTrial, Body: body, Organisation: "RR8",
		Authors: []models.Author{{Name: p.Name, Handle: p.Handle, Email: p.Email, Role: "Nurse", Extra: map[string]any{"phone": "01632 960000"}}}}
	for _, f := range change {
		f(&doc)
	}
	cs, err := i.studies.Create(t.Context(), &p, casestudies.Publication{Document: doc})
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

func (i *instance) revise(t *testing.T, id, body string) {
	t.Helper()
	cs, err := i.Store.CaseStudy(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := i.Store.PersonByID(t.Context(), cs.OwnerID)
	if err != nil {
		t.Fatal(err)
	}
	doc := cs.Document
	doc.Body = body
	if _, err := i.studies.Revise(t.Context(), &owner, casestudies.Publication{ID: id, Document: doc, Base: cs.Revision}); err != nil {
		t.Fatal(err)
	}
}

func (i *instance) set(t *testing.T, id string, status models.Status) {
	t.Helper()
	cs, err := i.Store.CaseStudy(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := i.Store.PersonByID(t.Context(), cs.OwnerID)
	if err != nil {
		t.Fatal(err)
	}
	if status == models.Published {
		_, err = i.studies.BringBack(t.Context(), &owner, id)
	} else {
		_, err = i.studies.Withdraw(t.Context(), &owner, id, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (i *instance) add(t *testing.T, there *origin) models.Origin {
	t.Helper()
	o, err := i.ex.Add(t.Context(), there.url+"/", "", "Ada")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// sync asks the origin as a person does, and wants these numbers.
func (i *instance) sync(t *testing.T, fresh, changed, withdrawn, refused int) exchange.SyncReport {
	t.Helper()
	list, err := i.Store.Origins(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d origins, %v", len(list), err)
	}
	r, err := i.ex.Sync(t.Context(), list[0], exchange.SyncOptions{All: true})
	if err != nil {
		t.Fatalf("syncing: %v", err)
	}
	if r.New != fresh || r.Changed != changed || r.Withdrawn != withdrawn || len(r.Refused) != refused {
		t.Fatalf("%d new, %d changed, %d withdrawn, refused %+v; want %d, %d, %d, %d", r.New, r.Changed, r.Withdrawn, r.Refused, fresh, changed, withdrawn, refused)
	}
	return r
}

func (i *instance) fails(t *testing.T, want string) {
	t.Helper()
	list, err := i.Store.Origins(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d origins, %v", len(list), err)
	}
	_, err = i.ex.Sync(t.Context(), list[0], exchange.SyncOptions{})
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("the error is %v, want one that says %q", err, want)
	}
	o, err := i.Store.Origin(t.Context(), list[0].ID)
	if err != nil || o.FailingSince == nil || !strings.Contains(o.Failure, want) {
		t.Errorf("kept is %+v, %v", o, err)
	}
}

func (i *instance) here(t *testing.T, id string) models.CaseStudy {
	t.Helper()
	cs, err := i.Store.CaseStudy(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCaseStudiesTravelAndFollowTheirOrigin(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters in minutes", "They arrive.\n\n<script>alert(1)</script>", func(d *models.Document) { d.Licence = "CC-BY-4.0" })
		here.post(t, "Letters in minutes", "Another one, with the same title.")
		here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		here.sync(t, 0, 0, 0, 0)
		cs := here.here(t, first.ID)
		if cs.Copy == nil || cs.Copy.URL != there.url+"/case-studies/letters-in-minutes" || cs.Copy.Name() != strings.TrimPrefix(there.url, "http://") || !cs.Copy.Followed {
			t.Fatalf("the copy is %+v", cs.Copy)
		}
		if cs.Slug != "letters-in-minutes-2" || cs.Licence != "CC-BY-4.0" || cs.Revision != 1 || strings.Contains(cs.HTML, "<script") {
			t.Errorf("slug %s, licence %s, revision %d, %s", cs.Slug, cs.Licence, cs.Revision, cs.HTML)
		}
		if a := cs.Authors[0]; a.Email != "" || a.Handle != "" || a.Role != "Nurse" || len(a.Extra) > 0 {
			t.Errorf("the author came as %+v", a)
		}
		there.revise(t, first.ID, "They arrive in seconds.")
		here.sync(t, 0, 1, 0, 0)
		if cs = here.here(t, first.ID); cs.Revision != 2 || cs.Copy.Revision != 2 || !strings.Contains(cs.Body, "seconds") {
			t.Errorf("revision %d of %d: %s", cs.Revision, cs.Copy.Revision, cs.Body)
		}
		there.set(t, first.ID, models.Withdrawn)
		here.sync(t, 0, 0, 1, 0)
		here.Client(t).Get("/case-studies/letters-in-minutes-2").Want(http.StatusGone)
		there.set(t, first.ID, models.Published)
		here.sync(t, 0, 1, 0, 0)
		here.Client(t).Get("/case-studies/letters-in-minutes-2").Want(http.StatusOK).WantText("They arrive in seconds.")
		if cs = here.here(t, first.ID); cs.Revision != 2 {
			t.Errorf("coming back made revision %d", cs.Revision)
		}
		for what, want := range map[models.EventType]int64{models.EventCaseStudyPublished: 2, models.EventCaseStudyRevised: 1, models.EventCaseStudyWithdrawn: 1} {
			n, _ := here.told.LoadOrStore(what, new(atomic.Int64))
			if got := n.(*atomic.Int64).Load(); got != want {
				t.Errorf("%s was announced %d times, want %d", what, got, want)
			}
		}
		if r, err := here.ex.Verify(t.Context(), nil); err != nil || r.Checked != 1 || len(r.Faults) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestCopiesAreNotPublishedOn(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		own := here.post(t, "Beds", "Text")
		page := here.Client(t).Get("/exchange/changes").Want(http.StatusOK)
		if text := payload(t, page.Body); strings.Contains(text, first.ID) || !strings.Contains(text, own.ID) {
			t.Errorf("the list of changes has %s", text)
		}
		here.Client(t).Get("/exchange/case-studies/" + first.ID).Want(http.StatusNotFound)
		here.Client(t).Get("/exchange/case-studies/" + own.ID).Want(http.StatusOK)
	})
}

func TestNobodyEditsACopyButModeratorsHideIt(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		first := there.post(t, "Letters", "Text")
		here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		member := apptest.Person(t, here.Store)
		moderator := apptest.Person(t, here.Store, apptest.WithRole(models.RoleModerator))
		doc := here.here(t, first.ID).Document
		doc.Body = "Mine now"
		for _, p := range []models.Person{member, moderator} {
			c := here.As(t, p)
			c.Get("/case-studies/letters/edit").Want(http.StatusForbidden).WantText(there.url + "/case-studies/letters")
			if _, err := here.studies.Revise(t.Context(), &p, casestudies.Publication{ID: first.ID, Document: doc, Base: 1}); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s revises it: %v", p.Name, err)
			}
			if _, err := here.studies.SaveDraft(t.Context(), &p, models.Draft{ID: first.ID, Document: doc}); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s drafts on it: %v", p.Name, err)
			}
			if _, err := here.studies.Attach(t.Context(), &p, first.ID, "a.png", "", bytes.NewReader(picture(t))); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s attaches to it: %v", p.Name, err)
			}
			if _, err := here.studies.Vote(t.Context(), &p, first.ID, true); err != nil {
				t.Error(err)
			}
		}
		for _, p := range []models.Person{member, moderator} {
			here.As(t, p).Post("/case-studies/letters/withdraw", nil).Want(http.StatusForbidden).WantText(there.url + "/case-studies/letters")
		}
		m := models.Measure{ID: here.Store.NewID(), Action: models.MeasureHide, Kind: models.ThingStudy, SubjectID: first.ID, CaseStudyID: first.ID, AuthorID: here.here(t, first.ID).OwnerID,
			ModeratorID: moderator.ID, Reason: "wrong", Words: "It is not so here."}
		if err := here.Store.TakeMeasure(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		lift := func() {
			t.Helper()
			if err := here.Store.LiftMeasure(t.Context(), m.ID, moderator.ID, "It is."); err != nil {
				t.Fatal(err)
			}
			here.Site.ContentChanged()
		}
		there.revise(t, first.ID, "Text, and more")
		here.sync(t, 0, 1, 0, 0)
		there.set(t, first.ID, models.Withdrawn)
		here.sync(t, 0, 0, 1, 0)
		there.set(t, first.ID, models.Published)
		here.sync(t, 0, 1, 0, 0)
		here.Client(t).Get("/case-studies/letters").Want(http.StatusGone).WantText("A moderator has hidden this case study")
		here.As(t, moderator).Get("/case-studies/letters").Want(http.StatusOK).WantText("Hidden by a moderator", "It is not so here.")
		lift()
		here.Client(t).Get("/case-studies/letters").Want(http.StatusOK).WantText("Text, and more")
		// What its origin withdraws while it is hidden is not shown again by showing
		// it again here.
		m.ID = here.Store.NewID()
		if err := here.Store.TakeMeasure(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		there.set(t, first.ID, models.Withdrawn)
		here.sync(t, 0, 0, 1, 0)
		lift()
		here.Client(t).Get("/case-studies/letters").Want(http.StatusGone)
		there.set(t, first.ID, models.Published)
		here.sync(t, 0, 1, 0, 0)
		here.Client(t).Get("/case-studies/letters").Want(http.StatusOK)
	})
}

func TestFilesTravelWithTheirCaseStudies(t *testing.T) {
	each(t, func(t *testing.T, here *instance, there *origin) {
		author := apptest.Person(t, there.Store)
		cs, err := there.studies.Create(t.Context(), &author, casestudies.Publication{Document: models.Document{Title: "Letters", Stage: models.StageIdea, Body: "Text"}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := there.studies.Attach(t.Context(), &author, cs.ID, "the ward.png", "A ward", bytes.NewReader(picture(t)))
		if err != nil {
			t.Fatal(err)
		}
		there.revise(t, cs.ID, "![A ward](/attachments/"+a.ID+"/the%20ward.png)")
		here.add(t, there)
		here.sync(t, 1, 0, 0, 0)
		files, err := here.Store.Attachments(t.Context(), cs.ID)
		if err != nil || len(files) != 1 || files[0].ID != a.ID || files[0].Alt != "A ward" {
			t.Fatalf("%+v, %v", files, err)
		}
		if got := here.Client(t).Get("/attachments/" + a.ID + "/x").Want(http.StatusOK).Body; uploads.Sum([]byte(got)) != a.SHA256 {
			t.Error("the file is another one")
		}
		if err := here.files.Delete(t.Context(), a.SHA256); err != nil {
			t.Fatal(err)
		}
		if r, err := here.ex.Verify(t.Context(), nil); err != nil || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Why, "is missing") {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
