package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// delivery gives how a person was last to hear of something, or nothing.
func (w told) delivery(p models.Person) models.Delivery {
	w.t.Helper()
	list, _, err := w.Store.Notifications(w.t.Context(), p.ID, "", 1)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(list) == 0 {
		return ""
	}
	return list[0].Delivery
}

// choose has a person choose on the page.
func (w told) choose(p models.Person, fields map[string]string) *apptest.Page {
	w.t.Helper()
	form := w.As(w.t, p).Get("/me/notifications/settings").Want(http.StatusOK).Form("/me/notifications/settings")
	for name, value := range fields {
		form.Set(name, value)
	}
	return form.Send()
}

func TestPeopleHearOfThingsAsTheyChoose(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		connections := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		cs := w.post(author, models.Document{Title: "Letters", Organisation: "RR8", Connections: connections})
		w.comment(reader, cs, "", "How?")
		w.work()
		if d := w.delivery(author); d != models.Weekly {
			w.t.Errorf("a comment on what they wrote, with nothing chosen: %q", d)
		}
		w.comment(reader, cs, "", "And @ann?")
		w.work()
		if d := w.delivery(author); d != models.AtOnce {
			w.t.Errorf("a mention, with nothing chosen: %q", d)
		}
		// Who wants to hear nothing of mentions hears of one as a comment on what is theirs.
		w.choose(author, map[string]string{"mention": "none", "own": "daily"}).WantRedirect("/me/notifications/settings")
		w.comment(reader, cs, "", "Or @ann?")
		w.work()
		if list, _, err := w.Store.Notifications(w.t.Context(), author.ID, "", 5); err != nil || len(list) != 3 || list[0].Reason != models.NotifyOwn || list[0].Delivery != models.Daily {
			w.t.Errorf("told %+v (%v)", list, err)
		} else if list[2].Delivery != models.Daily || list[1].Delivery != models.InSite {
			w.t.Errorf("what waited goes by %q and %q, want as chosen now", list[2].Delivery, list[1].Delivery)
		}
		// Of one thing one can hear in another way; of several the soonest counts.
		w.follow(reader, models.FollowSystem, "systmone")
		w.follow(reader, models.FollowOrganisation, "RR8")
		hear := func(kind, thing, way string) {
			w.t.Helper()
			page := w.As(w.t, reader).Get("/follow/" + kind + "/" + thing).Want(http.StatusOK)
			forms := page.Forms("/follow")
			forms[len(forms)-1].Set("delivery", way).Send().Want(http.StatusSeeOther)
		}
		for _, c := range []struct {
			system, organisation string
			want                 models.Delivery
		}{{"none", "usual", models.Weekly}, {"site", "none", models.InSite}, {"at-once", "usual", models.AtOnce}, {"none", "none", models.AtOnce}} {
			hear("system", "systmone", c.system)
			hear("organisation", "RR8", c.organisation)
			w.post(author, models.Document{Title: "By " + c.system + " " + c.organisation, Organisation: "RR8", Connections: connections})
			w.work()
			if d := w.delivery(reader); d != c.want {
				w.t.Errorf("%+v: %q", c, d)
			}
		}
		w.As(w.t, reader).Get("/me/following").WantText("Not at all SystmOne")
		hear("system", "systmone", "usual")
		if how, on, err := w.Store.Follows(w.t.Context(), reader.ID, models.Followed{Kind: models.FollowSystem, Thing: "systmone"}); err != nil || !on || how != "" {
			w.t.Errorf("%q, %v (%v)", how, on, err)
		}
	})
}

func TestChoicesAreCheckedAndKept(t *testing.T) {
	eachTold(t, func(w told) {
		p := w.person("ann", "Ann")
		w.post(p, models.Document{Title: "Letters", Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}})
		page := w.choose(p, map[string]string{"quiet_to": "20", "stage": "at-once"})
		page.Want(http.StatusUnprocessableEntity).WantErrors("Choose the hour at which the quiet hours end, another than that at which they begin")
		if v := page.Form("/me/notifications/settings"); v == nil || apptest.Attr(page.One(func(n *html.Node) bool {
			return apptest.Attr(n, "value") == "at-once" && apptest.HasAttr(n, "selected") && apptest.Attr(n.Parent, "name") == "stage"
		}), "value") == "" {
			w.t.Error("what was chosen is lost")
		}
		c := w.As(w.t, p)
		for _, bad := range []url.Values{{}, {"mention": {"now"}}, {"time_zone": {"Mars/Olympus"}}, {"quiet_from": {"x"}}} {
			c.Post("/me/notifications/settings", bad).Want(http.StatusUnprocessableEntity)
		}
		c.Post("/follow", url.Values{"kind": {"system"}, "thing": {"systmone"}, "delivery": {"daily"}}).Want(http.StatusNotFound) // followed by nobody
		program := w.Program(w.t, p)
		body := map[string]any{"choices": []any{map[string]any{"kind": "mention", "delivery": "daily"}}, "time_zone": "Australia/Lord_Howe", "quiet": false, "quiet_from": 0, "quiet_to": 0,
			"digest_day": "sunday", "digest_hour": 23}
		program.Send(http.MethodPut, "/api/v1/me/notification-settings", body).Want(http.StatusOK)
		var got struct {
			Choices []struct{ Kind, Delivery string }
			Zone    string `json:"time_zone"`
			Day     string `json:"digest_day"`
			Hour    int    `json:"digest_hour"`
			Quiet   bool
		}
		program.Get("/api/v1/me/notification-settings").Want(http.StatusOK).JSON(&got)
		if len(got.Choices) != len(models.NotifyReasons()) || got.Choices[0].Delivery != "daily" || got.Choices[1].Delivery != "at-once" || got.Zone != "Australia/Lord_Howe" || got.Day != "sunday" || got.Hour != 23 || got.Quiet {
			w.t.Errorf("%+v", got)
		}
		c.Get("/me/notifications/settings").WantText("Australia/Lord Howe")
		body["time_zone"] = "Local"
		program.Send(http.MethodPut, "/api/v1/me/notification-settings", body).Want(http.StatusUnprocessableEntity)
		program.Send(http.MethodPut, "/api/v1/me/following/system/systmone?delivery=daily", nil).Want(http.StatusOK).WantText(`"delivery":"daily"`)
		program.Send(http.MethodPut, "/api/v1/me/following/system/systmone", nil).Want(http.StatusOK).WantText(`"delivery":"daily"`)
		// It is on record, with what was before.
		events, _, err := w.Store.AuditEvents(w.t.Context(), models.AuditQuery{Action: "notifications.settings", Subject: p.ID, Limit: 10})
		if err != nil || len(events) != 1 || !strings.Contains(events[0].Before, "Europe/London") || !strings.Contains(events[0].After, "Lord_Howe") || !json.Valid([]byte(events[0].After)) {
			w.t.Errorf("%+v (%v)", events, err)
		}
	})
}

// Of what is for some those hear who may read it, also of a new stage, and no
// other system does.
func TestAStageOfWhatIsForSome(t *testing.T) {
	eachTold(t, func(w told) {
		author := w.person("ann", "Ann")
		at := func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }
		colleague := apptest.Person(w.t, w.Store, at, apptest.Named("col", "Col"))
		stranger := w.person("eve", "Eve")
		cs := w.post(author, models.Document{Title: "Zanzibar", Organisation: "RR8"})
		for _, p := range []models.Person{colleague, stranger} {
			w.follow(p, models.FollowStudy, cs.ID)
		}
		d := cs.Document
		for i, c := range []struct {
			stage      models.Stage
			visibility models.Visibility
		}{{models.StageTrial, models.ToOrganisation}, {models.StageInUse, models.ToOrganisation}} {
			d.Stage, d.Visibility = c.stage, c.visibility
			if _, err := w.whole.CaseStudies.Revise(w.t.Context(), &author, casestudies.Publication{ID: cs.ID, Document: d, Base: i + 1}); err != nil {
				w.t.Fatal(err)
			}
			w.work()
		}
		w.want(colleague, "Ann moved to “In use”: Zanzibar", "Ann moved to “Trial”: Zanzibar")
		w.want(stranger)
	})
}

// Telling many takes as many statements as telling a few, and run again it tells
// nobody twice.
func TestTellingManyTakesFewStatements(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		author := apptest.Person(t, s)
		cs := models.CaseStudy{OwnerID: author.ID, Document: models.Document{Title: "Letters", Stage: models.StageIdea, Body: "Text"}, CreatedAt: s.Now(), UpdatedAt: s.Now(), Status: models.Published}
		cs.ID = s.NewID()
		if err := s.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: author.ID}); err != nil {
			t.Fatal(err)
		}
		var people []store.Told
		for range 40 {
			people = append(people, store.Told{PersonID: apptest.Person(t, s).ID})
		}
		statements := func(n int) int {
			ctx, counter := store.WithCounter(t.Context())
			err := s.Notify(ctx, models.Notification{Event: "n" + strconv.Itoa(n), Reason: models.NotifyRevised, CaseStudyID: cs.ID, ActorID: author.ID}, people[:n])
			if err != nil {
				t.Fatal(err)
			}
			return counter.Count()
		}
		if few, many := statements(2), statements(40); few != many {
			t.Errorf("%d statements for 2 people, %d for 40", few, many)
		}
		unread := func(id string) int {
			p, err := s.PersonByID(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return p.Unread
		}
		statements(40)
		if first, last := unread(people[0].PersonID), unread(people[39].PersonID); first != 2 || last != 1 {
			t.Errorf("%d and %d unread, want 2 and 1", first, last)
		}
	})
}
