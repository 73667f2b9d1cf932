package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// What new accounts post waits for a moderator, where the site is set up so: it
// is nowhere, nobody is told of it, and it is announced when it is let through.
func TestWhatNewAccountsPostWaitsForAFirstLook(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := told{wholeSiteOn(t, s, func(d *app.Deps) {
			d.Config.FirstLook, d.Config.Trust = true, models.Trust{After: 72 * time.Hour, Posts: 1}
		})}
		old := func(p *models.Person) { p.CreatedAt = s.Now().Add(-100 * time.Hour) }
		moderator := apptest.Person(t, s, apptest.WithRole(models.RoleModerator))
		known := apptest.Person(t, s, apptest.Named("ann", "Ann"), func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" })
		novice := apptest.Person(t, s, apptest.Named("newt", "Newt"), old)
		open := w.post(known, models.Document{Title: "Letters"})
		w.follow(known, models.FollowPerson, "newt")
		w.follow(moderator, models.FollowPerson, "ann")

		api := w.Program(t, novice)
		var made struct{ ID, Slug string }
		api.Send(http.MethodPost, "/api/v1/case-studies", map[string]string{"title": "Zanzibar letters", "stage": "idea", "body": "Text"}).Want(http.StatusCreated).JSON(&made)
		page, c := "/case-studies/"+made.Slug, w.As(t, novice)
		c.Post("/case-studies/"+open.Slug+"/comments", url.Values{"body": {"Zanzibar speaks to @ann."}, "kind": {"experience"}}).Want(http.StatusSeeOther)
		w.work()
		w.want(known)
		for _, at := range []string{"/case-studies", "/case-studies/" + open.Slug, "/feeds/comments.atom", "/api/v1/case-studies", "/people/newt"} {
			w.Client(t).Get(at).Want(http.StatusOK).WantNoText("Zanzibar")
		}
		w.Client(t).Get(page).Want(http.StatusGone).WantNoText("Zanzibar")
		c.Get(page).Want(http.StatusOK).WantText("Waiting for a moderator", "Your account is new").WantNoText("Bring it back", "How to say that you disagree")
		c.Get("/case-studies/"+open.Slug).WantText("Zanzibar speaks", "it waits for a moderator")
		c.Post(page+"/bring-back", nil).Want(http.StatusConflict)
		c.Get("/me").WantText("Your account is new") // what waits is no reason to trust it
		mine := c.Get("/me/moderation").WantText("A case study waits for a first look", "A comment waits for a first look")
		if links := mine.All(apptest.With("a", "href", "/appeal")); len(links) > 0 {
			t.Error("there is an appeal against what nobody has judged")
		}

		items, _, err := s.Items(t.Context(), store.ItemQuery{Limit: 10})
		if err != nil || len(items) != 2 {
			t.Fatalf("%d wait in the queue (%v), want 2", len(items), err)
		}
		mod := w.As(t, moderator)
		mod.Get("/moderation").WantText("Zanzibar letters")
		for _, i := range items {
			at := "/moderation/items/" + i.ID
			mod.Post(at+"/close", url.Values{"answer": {"Fine"}}).Want(http.StatusBadRequest)
			c.Post(at+"/approve", nil).Want(http.StatusForbidden)
			if i.Kind == models.ThingStudy {
				mod.Get(at).WantText("What a new account has posted", "Text").WantNoText("those who reported it").Form(at + "/approve").Send().WantRedirect("/moderation")
				mod.Post(at+"/approve", nil).Want(http.StatusConflict)
				continue
			}
			act := "/moderation/act/comment/" + i.SubjectID
			mod.Get(act).WantText("Hide it").WantNoText("Show it again")
			mod.Post(act, url.Values{"action": {"hide"}, "reason": {"spam"}, "words": {"It sells spices."}, "item": {i.ID}}).Want(http.StatusSeeOther)
		}
		w.work()
		w.want(known, "Newt posted Zanzibar letters")
		w.Client(t).Get(page).Want(http.StatusOK).WantText("Zanzibar letters")
		w.Client(t).Get("/case-studies/" + open.Slug).WantNoText("Zanzibar speaks")
		c.Get("/me/moderation").WantText("A comment was hidden", "It sells spices.", "A moderator has looked at what you posted").WantNoText("waits for a first look")
		if items, _, err = s.Items(t.Context(), store.ItemQuery{Limit: 10}); err != nil || len(items) != 0 {
			t.Errorf("%d wait in the queue still (%v)", len(items), err)
		}
		var mails []string
		if err := s.DB(t.Context()).Table("emails").Where("to_address = ?", novice.Email).Order("id").Pluck("subject", &mails).Error; err != nil || len(mails) != 2 {
			t.Errorf("the author has e-mails %q (%v), want one of each", mails, err)
		}
		// One that stands is enough to be trusted here, and then nothing waits.
		w.Site.PeopleChanged()
		c.Get("/me").WantNoText("Your account is new")
		api.Send(http.MethodPost, "/api/v1/case-studies", map[string]string{"title": "Madagascar", "stage": "idea", "body": "Text"}).Want(http.StatusCreated)
		w.Client(t).Get("/case-studies/madagascar").Want(http.StatusOK)
	})
}
