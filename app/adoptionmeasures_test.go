package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// at has a person say that they work at an organisation.
func (w told) at(code, handle, name string, roles ...models.Role) models.Person {
	w.t.Helper()
	return apptest.Person(w.t, w.Store, apptest.Named(handle, name), func(p *models.Person) {
		p.Organisation, p.CreatedAt = code, w.Store.Now().Add(-100*time.Hour)
		for _, r := range roles {
			apptest.WithRole(r)(p)
		}
	})
}

// hook has another system be told of adoptions; what it is told waits, since it is paused.
func (w told) hook() {
	w.t.Helper()
	admin := w.at("RR8", "hook-admin", "Hook Admin", models.RoleAdmin)
	hook := models.Webhook{ID: w.Store.NewID(), URL: "https://example.nhs.uk/hooks", Events: []models.EventType{models.EventAdoptionCreated, models.EventAdoptionUpdated, models.EventAdoptionRemoved},
		CreatedBy: admin.ID, CreatedAt: w.Store.Now()}
	if err := w.Store.CreateWebhook(w.t.Context(), &hook); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Store.PauseWebhook(w.t.Context(), hook.ID, "for the test"); err != nil {
		w.t.Fatal(err)
	}
}

// events gives what other systems were told, in order.
func (w told) events() (out []string) {
	w.t.Helper()
	if err := w.Store.DB(w.t.Context()).Table("webhook_events").Order("id").Pluck("type", &out).Error; err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w told) item(kind models.ThingKind) models.Item {
	w.t.Helper()
	items, _, err := w.Store.Items(w.t.Context(), store.ItemQuery{Kind: kind, Limit: 10})
	if err != nil || len(items) != 1 {
		w.t.Fatalf("%d of kind %s wait (%v), want 1", len(items), kind, err)
	}
	return items[0]
}

func (w told) measure(kind models.ThingKind, id string) string {
	w.t.Helper()
	list, err := w.Store.MeasuresAgainst(store.Fresh(w.t.Context()), kind, id, 10)
	if err != nil || len(list) == 0 {
		w.t.Fatalf("no measure: %v", err)
	}
	return list[0].ID
}

func TestAHiddenAdoptionIsNowhere(t *testing.T) {
	eachTold(t, func(w told) {
		author, nurse, reader := w.at("RR8", "ann", "Ann"), w.at("RWY", "nina", "Nina"), w.person("ben", "Ben")
		farah, gwen := w.at("RR8", "farah", "Farah", models.RoleModerator), w.at("RR8", "gwen", "Gwen", models.RoleModerator)
		cs := w.post(author, models.Document{Title: "Letters", Organisation: "RR8", Tags: []string{"letters"}})
		page, api := "/case-studies/"+cs.Slug, "/api/v1/case-studies/"+cs.ID+"/adoptions"
		w.hook()
		var made struct{ ID string }
		own := w.Program(w.t, nurse)
		own.Send(http.MethodPost, api, map[string]string{"status": "trying", "result": "Zanzibar got better."}).Want(http.StatusCreated).JSON(&made)
		w.work()
		w.want(author, "Nina says that Organisation RWY is trying your case study Letters")
		seen := []string{page, page + "/adoptions", page + "/adoptions.csv", page + "/adoptions/RWY", api, api + "/RWY"}
		shows := func(yes bool, who *apptest.Client) {
			w.t.Helper()
			for _, at := range seen {
				if p := who.Get(at); (p.Status == http.StatusOK && strings.Contains(p.Body, "Zanzibar")) != yes {
					w.t.Errorf("%s: %d, shows it %v, want %v", at, p.Status, !yes, yes)
				}
			}
			for _, at := range []string{"/organisations/RWY", "/organisations/RWY/adoptions", "/organisations/RR8/adoptions?of=from"} {
				if got := strings.Contains(who.Get(at).Body, page+"/adoptions/RWY"); got != yes {
					w.t.Errorf("%s names it: %v, want %v", at, got, yes)
				}
			}
			now, err := w.Store.CaseStudy(store.Fresh(w.t.Context()), cs.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			offered := 0
			err = w.Store.EachAdoption(w.t.Context(), cs.ID, func(models.Adoption) error { offered++; return nil })
			if counts := now.Adoptions + offered; err != nil || counts != map[bool]int{true: 2}[yes] {
				w.t.Errorf("%d are counted, %d go into a bundle (%v)", now.Adoptions, offered, err)
			}
			deeds, err := w.Store.DeedsOf(store.Fresh(w.t.Context()), []string{nurse.ID})
			if confirms := len(deeds) == 1 && deeds[0].Adopted == 1; err != nil || confirms != yes {
				w.t.Errorf("what its owner did is %+v (%v)", deeds, err)
			}
		}
		shows(true, w.Client(w.t))
		// Reported by the page and by a program, it is one line of the queue.
		w.As(w.t, nurse).Get(page + "/adoptions/RWY").WantNoText("Report it")
		w.As(w.t, nurse).Get("/report/adoption/" + made.ID).Want(http.StatusConflict).WantText("You look after this")
		form := w.As(w.t, reader).Get(page + "/adoptions/RWY").Link("Report it to the moderators")
		w.As(w.t, reader).Get(form).Want(http.StatusOK).WantText("Report an adoption").Form(form).Set("reason", "patient-data").Set("words", "It names a place.").Send().Want(http.StatusSeeOther)
		w.Program(w.t, author).Send(http.MethodPost, "/api/v1/reports", map[string]string{"kind": "adoption", "about": made.ID, "reason": "patient-data", "words": "Too much."}).Want(http.StatusCreated)
		m, item := w.As(w.t, farah), w.item(models.ThingAdoption)
		figures := `{"measures": [{"name": "Time to send", "unit": "minutes", "better": "lower", "baseline": 60, "result": 45, "method": "By Zanzibar"}], "money": {"cash": 1200, "known": "claimed"}}`
		if err := w.Store.DB(w.t.Context()).Exec("UPDATE adoptions SET figures = ? WHERE id = ?", figures, made.ID).Error; err != nil {
			w.t.Fatal(err)
		}
		// Whoever decides about it reads the numbers as well as the words beside them.
		m.Get("/moderation/items/"+item.ID).WantText("By Zanzibar", "In figures Time to send: before 60, now 45 minutes", "Costs and savings", "cash-releasing £1,200")
		m.Get("/moderation?kind=adoption").WantText("What an organisation says of “Letters”", "2 reports")
		m.Get("/moderation/items/"+item.ID).Want(http.StatusOK).WantText("Zanzibar got better.", "What came of it", "Trying it", "It names a place.")
		w.As(w.t, reader).Get("/moderation/act/adoption/" + made.ID).Want(http.StatusForbidden)
		act := "/moderation/act/adoption/" + made.ID
		hide := url.Values{"action": {"hide"}, "reason": {"patient-data"}, "words": {"It names a ward."}, "item": {item.ID}, "answer": {"Thank you."}}
		m.Get(act).WantText("Moderate an adoption", "Hide it")
		m.Post(act+"/check", hide).Want(http.StatusOK).WantText("Check before you go on")
		m.Post(act, hide).Want(http.StatusSeeOther).Follow().WantText("What an organisation says of a case study was hidden")
		m.Post(act, hide).Want(http.StatusConflict)
		w.work()
		shows(false, w.Client(w.t))
		w.Client(w.t).Get(page + "/adoptions/RWY").Want(http.StatusNotFound)
		w.As(w.t, reader).Get(api + "/RWY").Want(http.StatusNotFound)
		w.As(w.t, reader).Get("/me/reports").WantText("A moderator has hidden it", "Thank you.")
		// Who said it reads why, can mend it, and cannot get round it.
		c := w.As(w.t, nurse)
		c.Get(page+"/adoptions/RWY").Want(http.StatusOK).WantText("Hidden by a moderator", "Patient or personal data", "It names a ward.", "Zanzibar").WantNoText("Farah")
		c.Get("/me/moderation").WantText("What an organisation says of a case study was hidden", "It names a ward.")
		own.Send(http.MethodPut, api+"/RWY", map[string]string{"status": "in-use", "result": "It got better."}).Want(http.StatusOK)
		own.Send(http.MethodPost, api, map[string]string{"status": "trying"}).Want(http.StatusConflict)
		own.Do(http.MethodDelete, api+"/RWY", nil, "").Want(http.StatusConflict)
		w.Program(w.t, reader).Send(http.MethodPost, api, map[string]string{"organisation": "RWY"}).Want(http.StatusForbidden).WantNoText("Nina", "hidden")
		w.work()
		w.want(author, "Nina says that Organisation RWY is trying your case study Letters")
		var mails []string
		if err := w.Store.DB(w.t.Context()).Table("emails").Where("to_address = ?", nurse.Email).Pluck("text", &mails).Error; err != nil || !strings.Contains(strings.Join(mails, "\n"), "It names a ward.") {
			w.t.Errorf("who said it is sent %q, %v", mails, err)
		}
		// An appeal, decided by another moderator, brings it back.
		id := w.measure(models.ThingAdoption, made.ID)
		c.Post("/me/moderation/"+id+"/appeal", url.Values{"words": {"The ward is named on the trust's own site."}}).Want(http.StatusSeeOther)
		decide := url.Values{"decision": {"lifted"}, "words": {"You are right."}}
		m.Post("/moderation/measures/"+id+"/decide", decide).Want(http.StatusForbidden)
		w.As(w.t, gwen).Get("/moderation/items/"+w.item(models.ThingAdoption).ID).WantText("Appeal about an adoption", "The ward is named")
		w.As(w.t, gwen).Post("/moderation/measures/"+id+"/decide", decide).Want(http.StatusSeeOther)
		w.work()
		own.Send(http.MethodPut, api+"/RWY", map[string]string{"result": "Zanzibar again."}).Want(http.StatusOK)
		w.work()
		shows(true, w.Client(w.t))
		w.want(author, "Nina says that Organisation RWY uses your case study Letters", "Nina says that Organisation RWY is trying your case study Letters")
		if got, want := w.events(), []string{"adoption.created", "adoption.removed", "adoption.created", "adoption.updated"}; !slices.Equal(got, want) {
			w.t.Errorf("other systems were told %q, want %q", got, want)
		}
	})
}

func TestPatientDataInAnAdoptionIsDeletedForGood(t *testing.T) {
	eachTold(t, func(w told) {
		author, nurse, farah := w.at("RR8", "ann", "Ann"), w.at("RWY", "nina", "Nina"), w.at("RR8", "farah", "Farah", models.RoleModerator)
		cs := w.post(author, models.Document{Title: "Letters", Organisation: "RR8"})
		api := "/api/v1/case-studies/" + cs.ID + "/adoptions"
		var made struct{ ID string }
		w.Program(w.t, nurse).Send(http.MethodPost, api, map[string]string{"status": "trying", "result": "The lady in the corner bed of Zanzibar ward."}).Want(http.StatusCreated).JSON(&made)
		mod := w.Program(w.t, farah)
		mod.Send(http.MethodPost, "/api/v1/measures", map[string]string{"action": "hide", "kind": "adoption", "about": made.ID, "reason": "patient-data", "words": "One can tell who she is."}).Want(http.StatusCreated)
		erase := "/api/v1/measures/" + w.measure(models.ThingAdoption, made.ID) + "/erase"
		w.Program(w.t, author).Do(http.MethodPost, erase, nil, "").Want(http.StatusForbidden)
		w.As(w.t, farah).Get("/moderation/act/adoption/" + made.ID).WantText("Delete its text for good")
		mod.Do(http.MethodPost, erase, nil, "").Want(http.StatusNoContent)
		mod.Do(http.MethodPost, erase, nil, "").Want(http.StatusConflict)
		a, err := w.Store.AdoptionByID(w.t.Context(), made.ID)
		if err != nil || a.HasText() || a.Status != models.AdoptionTrying || a.Hidden == "" {
			w.t.Errorf("%+v, %v", a, err)
		}
	})
}

// What new accounts say of adoptions is limited, and where the site is set up so
// waits for a moderator.
func TestAdoptionsOfNewAccounts(t *testing.T) {
	for _, first := range []bool{false, true} {
		name := map[bool]string{false: "limits", true: "a first look"}[first]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				w := told{wholeSiteOn(t, s, func(d *app.Deps) {
					d.Config.FirstLook, d.Config.Trust = first, models.Trust{After: 72 * time.Hour, Posts: 1}
				})}
				known := apptest.Person(t, s, apptest.Named("ann", "Ann"), func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" })
				novice := w.at("RWY", "newt", "Newt")
				w.hook()
				if first {
					w.firstLookAtAdoptions(known, novice)
					return
				}
				w.limitsOfAdoptions(known, novice)
			})
		})
	}
}

func (w told) limitsOfAdoptions(known, novice models.Person) {
	api := w.Program(w.t, novice)
	for n := range models.NewcomerAdoptions + 1 {
		cs := w.post(known, models.Document{Title: "Letters " + string(rune('A'+n)), Organisation: "RR8"})
		at := "/api/v1/case-studies/" + cs.ID + "/adoptions"
		if n == 0 {
			links := strings.Repeat("See https://example.org/a. ", models.NewcomerLinks+1)
			api.Send(http.MethodPost, at, map[string]string{"status": "trying", "result": links}).Want(http.StatusUnprocessableEntity).WantText("Your account is new")
		}
		if n == models.NewcomerAdoptions {
			api.Send(http.MethodPost, at, map[string]string{"status": "trying"}).Want(http.StatusTooManyRequests).WantText("Your account is new", "said of 3 case studies")
			form := w.As(w.t, novice).Get("/case-studies/" + cs.Slug + "/adopt").Form("/case-studies/" + cs.Slug + "/adopt")
			form.Set("result", "What I typed").Send().Want(http.StatusTooManyRequests).WantText("What I typed")
			// Whom a lead confirms is not new.
			if err := w.Store.ConfirmOrganisation(w.t.Context(), novice.ID, "RWY", known.ID); err != nil {
				w.t.Fatal(err)
			}
			w.Site.PeopleChanged()
		}
		api.Send(http.MethodPost, at, map[string]string{"status": "trying", "result": "It works."}).Want(http.StatusCreated)
	}
	if n := len(w.events()); n != models.NewcomerAdoptions+1 {
		w.t.Errorf("other systems were told %d times", n)
	}
}

func (w told) firstLookAtAdoptions(known, novice models.Person) {
	mod := w.As(w.t, w.at("RR8", "farah", "Farah", models.RoleModerator))
	c, api := w.As(w.t, novice), w.Program(w.t, novice)
	for n, hide := range []bool{false, true} {
		cs := w.post(known, models.Document{Title: "Letters " + string(rune('A'+n)), Organisation: "RR8"})
		page := "/case-studies/" + cs.Slug
		api.Send(http.MethodPost, "/api/v1/case-studies/"+cs.ID+"/adoptions", map[string]string{"status": "trying", "result": "Zanzibar"}).Want(http.StatusCreated)
		api.Send(http.MethodPut, "/api/v1/case-studies/"+cs.ID+"/adoptions/RWY", map[string]string{"status": "in-use"}).Want(http.StatusOK)
		w.work()
		before := len(w.events())
		w.Client(w.t).Get(page).WantNoText("Zanzibar", "in use")
		w.Client(w.t).Get(page + "/adoptions/RWY").Want(http.StatusNotFound)
		c.Get(page+"/adoptions/RWY").Want(http.StatusOK).WantText("Waiting for a moderator", "Zanzibar").WantNoText("Take it back")
		item := w.item(models.ThingAdoption)
		at := "/moderation/items/" + item.ID
		mod.Get(at).WantText("What a new account has posted", "Zanzibar")
		if hide {
			mod.Post("/moderation/act/adoption/"+item.SubjectID, url.Values{"action": {"hide"}, "reason": {"spam"}, "words": {"It sells spices."}, "item": {item.ID}}).Want(http.StatusSeeOther)
			w.work()
			w.Client(w.t).Get(page + "/adoptions/RWY").Want(http.StatusNotFound)
			c.Get("/me/moderation").WantText("It sells spices.")
			if n := len(w.events()); n != before {
				w.t.Errorf("other systems were told of what nobody has seen")
			}
			continue
		}
		w.want(known)
		if before != 0 {
			w.t.Errorf("other systems were told of what waits: %q", w.events())
		}
		mod.Get(at).Form(at + "/approve").Send().WantRedirect("/moderation")
		w.work()
		w.Client(w.t).Get(page).WantText("Zanzibar", "1 in use")
		w.want(known, "Newt says that Organisation RWY uses your case study Letters A")
		if got := w.events(); !slices.Equal(got, []string{"adoption.created"}) {
			w.t.Errorf("other systems were told %q", got)
		}
	}
	w.want(known, "Newt says that Organisation RWY uses your case study Letters A")
}
