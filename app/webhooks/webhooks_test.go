package webhooks_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/app/web"
	"grassroots/app/webhooks"
	"grassroots/models"
)

// bench is a site with webhooks, and a queue that the test works off.
type bench struct {
	*apptest.App
	t     *testing.T
	hooks *webhooks.Feature
	queue *jobs.Queue
	admin models.Person
}

func each(t *testing.T, cfg outbound.Config, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	var made sync.Map
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		queue := jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now})
		hooks := webhooks.New(s, queue, outbound.New(cfg))
		made.Store(s, &bench{hooks: hooks, queue: queue})
		return []apptest.Routes{hooks}
	}, func(t *testing.T, a *apptest.App) {
		found, _ := made.Load(a.Site)
		b := found.(*bench)
		b.App, b.t = a, t
		b.admin = apptest.Person(t, a.Store, apptest.Named("ada", "Ada Admin"), apptest.WithRole(models.RoleAdmin))
		f(t, b)
	})
}

// open is for receivers on this machine.
var open = outbound.Config{AllowPrivate: true, Timeout: 5 * time.Second}

// got is a request that reached the receiver.
type got struct {
	header http.Header
	body   string
	event  struct {
		Type      string
		Timestamp time.Time
		Data      map[string]any
	}
}

// receiver is a real server of somebody else's.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []got
	status int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		g := got{header: q.Header, body: string(body)}
		if err := json.Unmarshal(body, &g.event); err != nil || q.Method != http.MethodPost || q.Header.Get("Content-Type") != "application/json" {
			t.Errorf("a %s of %q: %v", q.Method, body, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, g)
		if r.status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(r.status)
		if r.status >= 300 {
			_, _ = io.WriteString(w, "<b>no</b>\x00")
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// take gives what has arrived since the last time.
func (r *receiver) take() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.got
	r.got = nil
	return list
}

// add adds an endpoint as an admin does, and gives its id and its secret.
func (b *bench) add(to string, events ...models.EventType) (id, secret string) {
	b.t.Helper()
	form := url.Values{"url": {to}, "description": {"The intranet"}}
	for _, e := range events {
		form.Add("events", string(e))
	}
	page := b.As(b.t, b.admin).Post("/admin/webhooks/new", form).Want(http.StatusOK)
	id = strings.TrimSuffix(strings.TrimPrefix(page.Link("Change"), "/admin/webhooks/"), "/edit")
	return id, apptest.Text(page.ByID("secret"))
}

// work works off what is due. Failures of deliveries are of interest only in
// what they leave behind.
func (b *bench) work() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	if err := b.queue.Drain(ctx); err != nil && !strings.Contains(err.Error(), "webhooks.deliver") {
		b.t.Fatal(err)
	}
}

// study gives a case study to tell of; it need not be saved.
func study() models.CaseStudy {
	return models.CaseStudy{ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", Slug: "letters", Revision: 2, UpdatedAt: time.Date(2026, 3, 4, 11, 0, 0, 0, time.UTC),
		Document: models.Document{Title: "Letters", Summary: "In minutes", Stage: models.StageInUse, Authors: []models.Author{{Name: "Amina", Email: "amina@nhs.net"}}}}
}

func (b *bench) tell(what models.EventType) {
	b.t.Helper()
	if err := b.hooks.CaseStudy(b.t.Context(), what, study()); err != nil {
		b.t.Fatal(err)
	}
}

// verify holds a request to the specification, by its own library.
func (b *bench) verify(g got, secret string) {
	b.t.Helper()
	if !verifies(b.t, g, secret) {
		b.t.Errorf("the signature %q does not hold", g.header.Get("webhook-signature"))
	}
	if stamp := g.header.Get("webhook-timestamp"); stamp != jsonInt(b.Clock.Now().Unix()) {
		b.t.Errorf("it was sent at %s", stamp)
	}
}

func verifies(t *testing.T, g got, secret string) bool {
	t.Helper()
	w, err := standard.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	return w.VerifyIgnoringTimestamp([]byte(g.body), g.header) == nil
}

func jsonInt(n int64) string {
	raw, _ := json.Marshal(n)
	return string(raw)
}

func TestWhatHappensIsToldToThoseWhoAsked(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		all, some := newReceiver(t), newReceiver(t)
		b.tell(models.EventCaseStudyPublished) // nobody has asked
		_, secret := b.add(all.URL+"/hooks?a=b", models.EventTypes()...)
		_, other := b.add(some.URL, models.EventCommentCreated)
		if secret == other || !strings.HasPrefix(secret, "whsec_") {
			t.Errorf("the secrets are %q and %q", secret, other)
		}
		b.tell(models.EventCaseStudyPublished)
		b.tell(models.EventCaseStudyWithdrawn)
		m := models.Comment{ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5A", Kind: models.Question, Body: "How?", Author: models.Person{Name: "Priya", Email: "priya@nhs.net"}, CreatedAt: b.Clock.Now()}
		if err := b.hooks.Comment(t.Context(), models.EventCommentCreated, m, study()); err != nil {
			t.Fatal(err)
		}
		if err := b.hooks.Comment(t.Context(), models.EventCommentDeleted, m, study()); err != nil {
			t.Fatal(err)
		}
		limited := study()
		limited.Status = models.Limited
		if err := b.hooks.Comment(t.Context(), models.EventCommentCreated, m, limited); err != nil {
			t.Fatal(err)
		}
		if len(all.take()) > 0 {
			t.Error("something was sent before its transaction could have been committed")
		}
		b.work()
		b.work()
		seen := map[string]got{}
		for _, g := range all.take() {
			b.verify(g, secret)
			seen[g.event.Type] = g
			if strings.Contains(g.body, "@nhs.net") {
				t.Errorf("it gives away too much: %s", g.body)
			}
		}
		if len(seen) != 4 {
			t.Fatalf("%d events arrived", len(seen))
		}
		data := seen["case_study.published"].event.Data
		if data["title"] != "Letters" || data["summary"] != "In minutes" || data["url"] != apptest.BaseURL+"/case-studies/letters" || data["revision"] != 2.0 {
			t.Errorf("it says %v", data)
		}
		if data := seen["case_study.withdrawn"].event.Data; data["summary"] != nil || data["id"] != study().ID {
			t.Errorf("of one that is withdrawn it says %v", data)
		}
		if data := seen["comment.deleted"].event.Data; data["body"] != nil || data["author"] != nil {
			t.Errorf("of one that is deleted it says %v", data)
		}
		list := some.take()
		if len(list) != 1 || list[0].event.Type != "comment.created" || list[0].event.Data["body"] != "How?" || verifies(t, list[0], secret) {
			t.Errorf("the other was told %+v", list)
		}
		if a, z := list[0].header.Get("webhook-id"), seen["comment.created"].header.Get("webhook-id"); a != z || !strings.HasPrefix(a, "msg_") {
			t.Errorf("one event has the ids %q and %q", a, z)
		}
	})
}

func TestAnEventThatNeverHappenedIsNotTold(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		b.add(r.URL, models.EventCaseStudyPublished)
		err := b.Store.Tx(t.Context(), func(ctx context.Context) error {
			if err := b.hooks.CaseStudy(ctx, models.EventCaseStudyPublished, study()); err != nil {
				return err
			}
			return models.E(models.Conflict, "It did not work out.")
		})
		if models.KindOf(err) != models.Conflict {
			t.Fatal(err)
		}
		b.work()
		if n := len(r.take()); n > 0 {
			t.Errorf("%d events were told", n)
		}
	})
}

func TestWhatFailsIsTriedAgain(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, secret := b.add(r.URL, models.EventCaseStudyPublished)
		r.answers(http.StatusInternalServerError)
		b.tell(models.EventCaseStudyPublished)
		b.work()
		first := r.take()
		b.work() // its time has not come
		if len(first) != 1 || len(r.take()) > 0 {
			t.Fatalf("%d were sent at first", len(first))
		}
		page := b.As(t, b.admin).Get("/admin/webhooks/"+id).Want(http.StatusOK).WantText("The server answered 500.", "<b>no</b>", "Waiting", "Nothing has arrived since", "Failing")
		if strings.Contains(page.Body, "<b>no</b>") {
			t.Error("an answer is shown as HTML")
		}
		r.answers(http.StatusFound)
		b.Clock.Move(time.Minute)
		b.work()
		r.answers(http.StatusOK)
		b.Clock.Move(10 * time.Minute)
		b.work()
		again := r.take()
		if len(again) != 2 || again[1].header.Get("webhook-id") != first[0].header.Get("webhook-id") || again[1].body != first[0].body {
			t.Fatalf("it was tried again as %+v", again)
		}
		b.verify(again[1], secret)
		b.As(t, b.admin).Get("/admin/webhooks/"+id).WantText("Delivered", "3 attempts", "Redirects are not followed", "The server answered 200.", "Sending").WantNoText("Nothing has arrived since")
	})
}

func TestALongFailurePauses(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, _ := b.add(r.URL, models.EventCaseStudyPublished)
		r.answers(http.StatusServiceUnavailable)
		b.tell(models.EventCaseStudyPublished)
		for range 12 {
			b.work()
			b.Clock.Move(7 * time.Hour)
		}
		if n := len(r.take()); n < 4 || n > 10 {
			t.Errorf("%d attempts were made in three days", n)
		}
		b.tell(models.EventCaseStudyPublished)
		b.work()
		if n := len(r.take()); n > 0 {
			t.Errorf("%d were sent while it was paused", n)
		}
		admin := b.As(t, b.admin)
		admin.Get("/admin/webhooks").WantText("Paused")
		admin.Get("/admin/webhooks/"+id).WantText("Paused", "The server answered 503.", "2 events are held", "Held")
		admin.Post("/admin/webhooks/"+id+"/test", nil).Follow().WantText("Resume it first")
		r.answers(http.StatusOK)
		admin.Post("/admin/webhooks/"+id+"/resume", nil).WantRedirect("/admin/webhooks/" + id)
		b.work()
		if n := len(r.take()); n != 2 {
			t.Errorf("%d of what was held were sent", n)
		}
		// An address that is gone for good is paused at once, and so is one by hand.
		r.answers(http.StatusGone)
		b.tell(models.EventCaseStudyPublished)
		b.work()
		admin.Get("/admin/webhooks/"+id).WantText("gone for good", "1 event is held")
		r.answers(http.StatusOK)
		admin.Post("/admin/webhooks/"+id+"/resume", nil)
		admin.Post("/admin/webhooks/"+id+"/pause", nil).Follow().WantText("Paused by Ada Admin.", "1 event is held")
		b.work()
		if n := len(r.take()); n != 1 {
			t.Errorf("%d were sent, want the one that was gone", n)
		}
	})
}

func TestMoreIsHeldThanIsReleasedAtOnce(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, _ := b.add(r.URL, models.EventCaseStudyPublished)
		admin := b.As(t, b.admin)
		admin.Post("/admin/webhooks/"+id+"/pause", nil)
		for range 205 {
			b.tell(models.EventCaseStudyPublished)
		}
		admin.Post("/admin/webhooks/"+id+"/resume", nil)
		b.work()
		if n := len(r.take()); n != 205 {
			t.Errorf("%d of 205 were sent", n)
		}
		few := len(b.Statements(func() { admin.Get("/admin/webhooks/" + id).Want(http.StatusOK) }))
		if few > 12 {
			t.Errorf("the page runs %d statements", few)
		}
		next := ""
		for _, to := range admin.Get("/admin/webhooks/" + id).Links() {
			if strings.Contains(to, "before=") {
				next = to
			}
		}
		admin.Get(next).Want(http.StatusOK).WantText("Delivered")
		admin.Get("/admin/webhooks/" + id + "?before=x").Want(http.StatusBadRequest)
	})
}

func TestASecretIsReplacedWithoutAGap(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, old := b.add(r.URL, models.EventCaseStudyPublished)
		admin := b.As(t, b.admin)
		page := admin.Post("/admin/webhooks/"+id+"/secret", nil).Want(http.StatusOK)
		fresh := apptest.Text(page.ByID("secret"))
		if fresh == old || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the secret is %q, was %q, and may be kept by %q", fresh, old, page.Header.Get("Cache-Control"))
		}
		if again := admin.Get("/admin/webhooks/" + id); strings.Contains(again.Body, "whsec_") {
			t.Error("the secret is shown again")
		}
		check := func(oldHolds bool) {
			t.Helper()
			b.tell(models.EventCaseStudyPublished)
			b.work()
			list := r.take()
			if len(list) != 1 || !verifies(t, list[0], fresh) || verifies(t, list[0], old) != oldHolds {
				t.Errorf("%d arrived; with the new secret %v, with the old one %v", len(list), verifies(t, list[0], fresh), verifies(t, list[0], old))
			}
		}
		check(true)
		b.Clock.Move(models.FormerSecretFor)
		check(false)
		// A copy of the database does not hold the secrets.
		w, err := b.Store.Webhook(t.Context(), id)
		if err != nil || strings.Contains(w.Secret+w.FormerSecret, strings.TrimPrefix(fresh, "whsec_")) || strings.HasPrefix(w.Secret, "whsec_") {
			t.Errorf("kept as %+v, %v", w, err)
		}
		b.Site.Secret = []byte("another secret of the site")
		b.tell(models.EventCaseStudyPublished)
		b.work()
		if len(r.take()) > 0 {
			t.Error("something was sent that nobody can have signed")
		}
		b.As(t, b.admin).Get("/admin/webhooks/" + id).WantText("Make a new one.")
	})
}

func TestSendingAgain(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, secret := b.add(r.URL, models.EventCaseStudyPublished)
		other, _ := b.add(r.URL, models.EventCommentCreated)
		admin := b.As(t, b.admin)
		admin.Post("/admin/webhooks/"+id+"/test", nil).Follow().WantText("A test is on its way")
		b.work()
		first := r.take()
		if len(first) != 1 || first[0].event.Type != "test.ping" {
			t.Fatalf("the test is %+v", first)
		}
		list, _, err := b.Store.Deliveries(t.Context(), id, "", 10)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		again := "/deliveries/" + list[0].ID + "/resend"
		admin.Post("/admin/webhooks/"+other+again, nil).Want(http.StatusNotFound)
		b.Clock.Move(time.Minute)
		admin.Post("/admin/webhooks/"+id+again, nil).Follow().WantText("on its way again")
		admin.Post("/admin/webhooks/"+id+again, nil).Follow().WantText("still on its way")
		b.work()
		second := r.take()
		if len(second) != 1 || second[0].header.Get("webhook-id") != first[0].header.Get("webhook-id") || second[0].header.Get("webhook-timestamp") == first[0].header.Get("webhook-timestamp") {
			t.Fatalf("again it is %+v", second)
		}
		b.verify(second[0], secret)
	})
}

func TestNothingIsSentToThisMachine(t *testing.T) {
	each(t, outbound.Config{}, func(t *testing.T, b *bench) {
		admin := b.As(t, b.admin)
		for _, bad := range []string{"", "example.nhs.uk", "http://example.nhs.uk", "https://127.0.0.1/hooks", "https://169.254.169.254/", "https://[::1]:8443/", "https://a:b@example.nhs.uk"} {
			page := admin.Post("/admin/webhooks/new", url.Values{"url": {bad}, "description": {"<i>mine</i>"}, "events": {"case_study.published"}}).Want(http.StatusUnprocessableEntity)
			if got := apptest.Attr(page.ByID("url"), "value"); got != bad {
				t.Errorf("%q was typed, %q is left", bad, got)
			}
		}
		// By a name, which is looked up only when something is sent.
		r := newReceiver(t)
		port := r.URL[strings.LastIndexByte(r.URL, ':'):]
		id, _ := b.add("https://localhost"+port+"/", models.EventCaseStudyPublished)
		b.tell(models.EventCaseStudyPublished)
		b.work()
		if len(r.take()) > 0 {
			t.Error("this machine was reached")
		}
		admin.Get("/admin/webhooks/" + id).WantText("nothing is sent there")
	})
}
