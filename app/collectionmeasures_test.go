package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// A collection is reported, hidden, appealed about, shown again and, where it holds
// personal data, deleted, as everything else that people write.
func TestAHiddenCollectionIsNowhere(t *testing.T) {
	eachTold(t, func(w told) {
		owner, reader, editor := w.at("RR8", "ann", "Ann"), w.person("ben", "Ben"), w.person("eve", "Eve")
		farah, gwen := w.at("RR8", "farah", "Farah", models.RoleModerator), w.at("RR8", "gwen", "Gwen", models.RoleModerator)
		cs := w.post(owner, models.Document{Title: "Letters"})
		var made struct{ ID, Slug string }
		own := w.Program(w.t, owner)
		own.Send(http.MethodPost, "/api/v1/collections", map[string]any{"title": "Zanzibar reads", "items": []map[string]any{{"case_study": cs.ID, "note": "A secret note"}}}).Want(http.StatusCreated).JSON(&made)
		page, api := "/collections/"+made.Slug, "/api/v1/collections/"+made.ID
		own.Do(http.MethodPut, api+"/editors/eve", nil, "").Want(http.StatusNoContent)
		w.Program(w.t, editor).Do(http.MethodPost, api+"/accept", nil, "").Want(http.StatusNoContent)

		report := "/report/collection/" + made.ID
		w.Client(w.t).Get(page).WantText("Report it to the moderators")
		w.As(w.t, reader).Post(report, url.Values{"reason": {"patient-data"}, "words": {"The note names somebody."}}).WantRedirect("/me/reports")
		w.As(w.t, reader).Get("/me/reports").WantText("The collection “Zanzibar reads”")
		w.As(w.t, owner).Get(report).Want(http.StatusConflict)
		mod := w.As(w.t, farah)
		mod.Get("/moderation?kind=collection").WantText("The collection “Zanzibar reads”")
		item := w.item(models.ThingCollection)
		mod.Get("/moderation/items/"+item.ID).WantText("Zanzibar reads", "A secret note")
		mod.Get("/moderation/act/collection/" + made.ID).WantText("Hide it")
		if err := w.Store.DB(w.t.Context()).Exec("DELETE FROM search_changes").Error; err != nil {
			w.t.Fatal(err)
		}
		mod.Post("/moderation/act/collection/"+made.ID, url.Values{"action": {"hide"}, "reason": {"patient-data"}, "words": {"The note names somebody."}, "item": {item.ID}, "answer": {"Thank you"}}).Want(http.StatusSeeOther)

		var waiting []store.Unindexed
		if err := w.Store.DB(w.t.Context()).Table("search_changes").Where("kind = 'collection' AND id = ?", made.ID).Find(&waiting).Error; err != nil || len(waiting) != 1 {
			w.t.Errorf("the search index is told %+v, %v", waiting, err)
		}
		for _, c := range []string{page, "/api/v1/collections/" + made.ID} {
			w.Client(w.t).Get(c).Want(http.StatusNotFound)
			w.As(w.t, reader).Get(c).Want(http.StatusNotFound)
		}
		w.Client(w.t).Get("/collections").Want(http.StatusOK).WantNoText("Zanzibar")
		w.As(w.t, owner).Get(page).WantText("Hidden by a moderator", "The note names somebody.")
		w.As(w.t, editor).Get(page).WantText("Hidden by a moderator")
		w.As(w.t, editor).Post(page+"/copy", nil).Want(http.StatusConflict)
		own.Do(http.MethodDelete, api, nil, "").WantProblem(http.StatusConflict)
		w.As(w.t, owner).Post(page+"/delete", nil).Want(http.StatusConflict).WantText("It can be deleted once that is decided")
		w.As(w.t, owner).Get("/me/moderation").WantText("A collection was hidden", "Zanzibar reads")
		own.Send(http.MethodPost, "/api/v1/measures/"+w.measure(models.ThingCollection, made.ID)+"/appeal", map[string]string{"words": "It names nobody."}).Want(http.StatusOK)
		w.Program(w.t, gwen).Send(http.MethodPost, "/api/v1/measures/"+w.measure(models.ThingCollection, made.ID)+"/decide", map[string]string{"decision": "lifted", "words": "You are right."}).Want(http.StatusOK)
		w.Client(w.t).Get(page).Want(http.StatusOK).WantText("A secret note")

		mod.Post("/moderation/act/collection/"+made.ID, url.Values{"action": {"hide"}, "reason": {"patient-data"}, "words": {"It does."}}).Want(http.StatusSeeOther)
		mod.Post("/moderation/measures/"+w.measure(models.ThingCollection, made.ID)+"/erase", nil).Want(http.StatusSeeOther)
		var left []string
		if err := w.Store.DB(w.t.Context()).Raw("SELECT title || about || slug FROM collections UNION ALL SELECT note FROM collection_items").Scan(&left).Error; err != nil || strings.Contains(strings.Join(left, " "), "ecret") || strings.Contains(strings.ToLower(strings.Join(left, " ")), "zanzibar") {
			w.t.Errorf("left is %v, %v", left, err)
		}
	})
}

func TestACollectionOfANewAccountWaits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := told{wholeSiteOn(t, s, func(d *app.Deps) {
			d.Config.FirstLook, d.Config.Trust = true, models.Trust{After: 72 * time.Hour, Posts: 1}
		})}
		novice, moderator := w.person("newt", "Newt"), w.at("RR8", "farah", "Farah", models.RoleModerator)
		own := w.As(t, novice)
		at := own.Post("/collections/new", url.Values{"title": {"Zanzibar reads"}, "audience": {"editors"}}).Want(http.StatusSeeOther).Header.Get("Location")
		own.Get(at).WantNoText("Waiting for a moderator")
		own.Get(at+"/edit").Form(at+"/edit").Set("audience", "public").Send().WantRedirect(at)
		own.Get(at).WantText("Waiting for a moderator")
		w.Client(t).Get(at).Want(http.StatusNotFound)
		w.As(t, moderator).Post("/moderation/items/"+w.item(models.ThingCollection).ID+"/approve", nil).Want(http.StatusSeeOther)
		w.Client(t).Get(at).Want(http.StatusOK).WantText("Zanzibar reads")
	})
}
