package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/outbound"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// room is a channel elsewhere that takes posts.
type room struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	posts  []string
}

func newRoom(t *testing.T) *room {
	r := &room{status: http.StatusAccepted}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.status < 300 {
			r.posts = append(r.posts, string(body))
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *room) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// taken gives what was posted since it was last asked.
func (r *room) taken() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.posts
	r.posts = nil
	return out
}

func TestTeamsAreToldInTheirChannels(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := told{wholeSiteOn(t, s, func(d *app.Deps) { d.Outbound = outbound.Config{AllowPrivate: true, Timeout: 5 * time.Second} })}
		at := func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }
		lead := apptest.Person(t, s, at, apptest.WithRole(models.RoleLead))
		author := w.person("ann", "Ann")
		connections := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		w.post(author, models.Document{Title: "Before", Organisation: "RR8", Connections: connections})
		w.work()
		c := w.As(t, lead)
		add := func(r *room, kind string, fields url.Values) *apptest.Page {
			form := url.Values{"kind": {kind}, "address": {r.URL + "/secret-token"}}
			for name, v := range fields {
				form[name] = v
			}
			return c.Post("/organisations/rr8/channels/new", form)
		}
		teams, slack := newRoom(t), newRoom(t)
		add(teams, "fax", url.Values{"systems": {"Nothing"}}).Want(http.StatusUnprocessableEntity).WantErrors("Choose Microsoft Teams or Slack", "Choose what the channel is told of", "There is no system called “Nothing” here")
		add(teams, "teams", url.Values{"own": {"yes"}, "address": {"ftp://x"}}).Want(http.StatusUnprocessableEntity)
		add(teams, "teams", url.Values{"own": {"yes"}}).WantRedirect("/organisations/RR8/channels").Follow().WantText("Microsoft Teams, 127.0.0.1", "Told of organisation:RR8").WantNoText("secret-token")
		add(slack, "slack", url.Values{"systems": {"SystmOne"}, "tags": {"Discharge"}}).Want(http.StatusSeeOther)
		var kept []string
		if err := s.DB(t.Context()).Table("channels").Pluck("address", &kept).Error; err != nil || len(kept) != 2 || strings.Contains(kept[0]+kept[1], "secret") {
			t.Errorf("kept %q (%v)", kept, err)
		}

		w.post(author, models.Document{Title: "Own <!channel> [x](https://evil.example)", Summary: "In short", Organisation: "RR8"})
		w.post(author, models.Document{Title: "Elsewhere", Organisation: "RWY", Connections: connections})
		w.post(author, models.Document{Title: "Tagged", Tags: []string{"discharge"}})
		w.post(author, models.Document{Title: "Secret", Organisation: "RR8", Visibility: models.ToOrganisation})
		w.work()
		got := teams.taken()
		if len(got) != 1 || strings.Contains(got[0], "TextBlock\",\"text") && !strings.Contains(got[0], "RichTextBlock") {
			t.Fatalf("Teams got %q", got)
		}
		var card struct {
			Type        string
			Attachments []struct {
				ContentType string
				Content     struct {
					Type    string
					Version string
					Body    []struct{ Type string }
					Actions []struct{ URL string }
				}
			}
		}
		if err := json.Unmarshal([]byte(got[0]), &card); err != nil || card.Type != "message" || len(card.Attachments) != 1 || card.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" ||
			card.Attachments[0].Content.Type != "AdaptiveCard" || len(card.Attachments[0].Content.Body) != 4 || !strings.HasPrefix(card.Attachments[0].Content.Actions[0].URL, apptest.BaseURL+"/case-studies/own") {
			t.Errorf("the card: %+v (%v)", card, err)
		}
		for _, b := range card.Attachments[0].Content.Body {
			if b.Type != "RichTextBlock" {
				t.Errorf("a block of %q, which may know Markdown", b.Type)
			}
		}
		got = slack.taken()
		if len(got) != 2 || !strings.Contains(strings.Join(got, ""), `"Elsewhere"`) || !strings.Contains(strings.Join(got, ""), `"Tagged"`) || strings.Contains(strings.Join(got, ""), "mrkdwn") {
			t.Errorf("Slack got %q", got)
		}

		// What fails is tried again, and said on the page; what is gone for good is not.
		slack.answer(http.StatusInternalServerError)
		w.post(author, models.Document{Title: "Later", Tags: []string{"discharge"}})
		if err := w.queue.Drain(t.Context()); err == nil {
			t.Error("no error")
		}
		page := c.Get("/organisations/RR8/channels").WantText("Waiting Later", "Slack answered 500.")
		slack.answer(http.StatusNotFound)
		tests := page.All(func(n *html.Node) bool { return strings.HasSuffix(apptest.Attr(n, "action"), "/test") })
		c.Post(apptest.Attr(tests[0], "action"), nil).Want(http.StatusSeeOther)
		if err := w.queue.Drain(t.Context()); err == nil {
			t.Error("no error")
		}
		c.Get("/organisations/RR8/channels").WantText("Failed A test", "Slack answered 404.")
		// Others neither see nor use them, and a channel is one of its organisation.
		other := w.As(t, apptest.Person(t, s, func(p *models.Person) { p.Organisation = "RWY" }, apptest.WithRole(models.RoleLead)))
		path := apptest.Attr(tests[0], "action")
		other.Get("/organisations/RR8/channels").Want(http.StatusForbidden)
		other.Post(path, nil).Want(http.StatusForbidden)
		other.Post(strings.Replace(path, "RR8", "RWY", 1), nil).Want(http.StatusNotFound)
		c.Post(strings.Replace(path, "/test", "/delete", 1), nil).Want(http.StatusSeeOther)
		c.Get("/organisations/RR8/channels").WantNoText("tag:discharge")
	})
}

// An address that leads into the network of the program is refused, when it is
// typed and when its name comes to stand for another.
func TestChannelsReachNoPrivateNetwork(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	lead := apptest.Person(t, w.Store, func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
	w.things(w.actors[1], models.EditStudy, false)
	c := w.As(t, lead)
	for _, address := range []string{"http://hooks.slack.com/x", "https://127.0.0.1/x", "https://169.254.169.254/latest", "https://user:x@hooks.slack.com/x", "nonsense"} {
		c.Post("/organisations/RR8/channels/new", url.Values{"kind": {"slack"}, "own": {"yes"}, "address": {address}}).Want(http.StatusUnprocessableEntity)
	}
}
