package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

func TestWhoWithdrawsWhatOthersWroteSaysWhy(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, colleague := w.person("Amina Yusuf"), w.person("Tom Rees")
		lead := apptest.Person(t, w.Store, apptest.Named("lena-lead", "Lena Lead"), func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
		doc := models.Document{Title: "Zanzibar letters", Stage: models.StageIdea, Body: "Text", Organisation: "RR8",
			Authors: []models.Author{{Name: "Amina Yusuf", Handle: author.Handle}, {Name: "Tom Rees", Handle: colleague.Handle}}}
		cs, err := w.studies.Create(t.Context(), &author, casestudies.Publication{Document: doc})
		if err != nil {
			t.Fatal(err)
		}
		page := "/case-studies/" + cs.Slug
		for _, role := range []models.Role{models.RoleModerator, models.RoleAdmin} {
			moderator := w.person("Farah "+string(role), role)
			c := w.As(t, moderator)
			if forms := c.Get(page).Want(http.StatusOK).WantText("Moderate").Forms(page + "/withdraw"); len(forms) > 0 {
				t.Errorf("the page offers to withdraw it to a %s", role)
			}
			c.Post(page+"/withdraw", url.Values{"words": {"Because."}}).Want(http.StatusForbidden).WantText("A moderator hides it")
			w.Program(t, moderator).Do(http.MethodDelete, "/api/v1/case-studies/"+cs.ID+"?reason=Because", nil, "").WantProblem(http.StatusForbidden)
		}
		c := w.As(t, lead)
		c.Get(page).Form(page + "/withdraw").Send().Want(http.StatusUnprocessableEntity).WantErrors("Say why, in a sentence or two")
		c.Post(page+"/withdraw", url.Values{"words": {certain}}).Want(http.StatusUnprocessableEntity).WantText("This holds personal data")
		w.Program(t, lead).Do(http.MethodDelete, "/api/v1/case-studies/"+cs.ID, nil, "").WantProblem(http.StatusUnprocessableEntity)
		w.Client(t).Get(page).Want(http.StatusOK)
		c.Get(page).Form(page+"/withdraw").Set("words", "The trust has stopped the project.").Send().WantRedirect(page).Follow().WantText("Lena Lead withdrew it on", "The trust has stopped the project.")
		w.Client(t).Get(page).Want(http.StatusGone).WantNoText("The trust has stopped")
		for _, who := range []models.Person{author, colleague} {
			w.As(t, who).Get(page).Want(http.StatusOK).WantText("Lena Lead", "The trust has stopped the project.", "Bring it back")
			if text := w.mailTo(who); !strings.Contains(text, "Lena Lead has withdrawn") || !strings.Contains(text, "The trust has stopped the project.") {
				t.Errorf("%s was written %q", who.Name, text)
			}
		}
		if text := w.mailTo(lead); text != "" {
			t.Errorf("the lead was written %q", text)
		}
		c.Post(page+"/bring-back", nil).WantRedirect(page)
		if text := w.mailTo(author); !strings.Contains(text, "Lena Lead has brought back") {
			t.Errorf("the author was written %q", text)
		}
		// A co-author says why as well, and whoever posted it need not.
		w.Program(t, colleague).Do(http.MethodDelete, "/api/v1/case-studies/"+cs.ID+"?reason=We+wrote+it+anew.", nil, "").Want(http.StatusNoContent)
		w.As(t, author).Get(page).WantText("Tom Rees withdrew it on", "We wrote it anew.")
		w.As(t, author).Post(page+"/bring-back", nil).WantRedirect(page)
		w.As(t, author).Get(page).Form(page+"/withdraw").Send().WantRedirect(page).Follow().WantText("Bring it back").WantNoText("withdrew it on", "We wrote it anew.")
	})
}
