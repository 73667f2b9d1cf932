package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// Every form in which an admin or a moderator types a name or an answer asks
// about what is in doubt, keeps the answer and not what stands there, and does
// not ask again of what has not changed.
func TestFormsOfAdminsAskOfWhatIsInDoubt(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	admin := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
	c := w.As(t, admin)
	th := w.things(w.actors[1], models.ReadPublic, false)
	w.As(t, *w.actors[5].person).Post("/report/case-study/"+th.study.ID, url.Values{"reason": {"wrong"}, "words": {"It is of another ward."}}).Want(http.StatusSeeOther)
	items, _, err := w.Store.Items(t.Context(), store.ItemQuery{Limit: 5})
	if err != nil || len(items) != 1 {
		t.Fatalf("%+v, %v", items, err)
	}
	const name = "Mr Weatherby"
	for subject, door := range map[models.OverrideSubject]struct {
		address string
		form    url.Values
		done    int
	}{
		models.OverrideSynonyms:     {"/admin/synonyms", url.Values{"synonyms": {"letters, " + name}}, http.StatusSeeOther},
		models.OverrideOrganisation: {"/admin/organisations/RR8", url.Values{"name": {name + " and others"}}, http.StatusSeeOther},
		models.OverrideSystem:       {"/moderation/new-system", url.Values{"name": {"Letters"}, "purpose": {"As " + name + " made it"}, "maker": {name + "’s firm"}}, http.StatusSeeOther},
		models.OverrideStandard:     {"/moderation/new-standard", url.Values{"id": {"letters"}, "name": {"Letters " + name}}, http.StatusSeeOther},
		models.OverrideToken:        {"/me/tokens", url.Values{"name": {"For " + name}, "expires": {"90"}}, http.StatusOK},
		models.OverrideWebhook:      {"/admin/webhooks/new", url.Values{"url": {"https://example.nhs.uk/hooks"}, "description": {"Asked for by " + name}, "events": {"case_study.published"}}, http.StatusOK},
		models.OverrideAnswer:       {"/moderation/items/" + items[0].ID + "/close", url.Values{"answer": {"We asked " + name + " of it."}}, http.StatusSeeOther},
	} {
		t.Run(string(subject), func(t *testing.T) {
			if subject == models.OverrideSynonyms {
				door.form.Set("loaded", c.Get(door.address).Form(door.address).Values.Get("loaded"))
			}
			page := c.Post(door.address, door.form).Want(http.StatusUnprocessableEntity).WantText("Is this personal data?")
			form := url.Values{"personal-again": {""}}
			for field, values := range door.form {
				form[field] = values
			}
			for _, place := range page.All(apptest.With("input", "name", "personal-place")) {
				key := apptest.Attr(place, "value")
				form.Add("personal-place", key)
				form.Set("personal-answer-"+key, "staff")
			}
			if form.Get("personal-place") == "" || len(page.All(apptest.With("form", "id", "checked-form"))) != 1 {
				t.Fatal("nothing is asked, or no form holds the answer")
			}
			c.Post(door.address, form).Want(door.done)
			list, _, err := w.Store.Overrides(t.Context(), store.OverrideQuery{Limit: 50, Reason: "staff"})
			if err != nil || len(list) == 0 || list[0].Subject != subject || list[0].Kind != "name" || list[0].PersonID != admin.ID || list[0].SubjectID == "" {
				t.Errorf("%+v, %v", list, err)
			}
			c.Get("/moderation") // says once what was done
			c.Get("/moderation/overrides").Want(http.StatusOK).WantText("It is about somebody at work").WantNoText("Weatherby")
			if subject == models.OverrideOrganisation { // nothing new, nothing asked
				c.Post(door.address, url.Values{"name": {name + " and others"}, "kind": {"Hospice"}}).Want(http.StatusSeeOther)
			}
		})
	}
	var rows []map[string]any
	if err := w.Store.DB(t.Context()).Table("overrides").Find(&rows).Error; err != nil || len(rows) < 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for column, value := range row {
			if text, ok := value.(string); ok && strings.Contains(text, "Weatherby") {
				t.Errorf("%s has what was found: %s", column, text)
			}
		}
	}
}
