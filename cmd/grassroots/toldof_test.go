package main

import (
	"path/filepath"
	"testing"

	"grassroots/models"
)

// listened sets up a site on which a webhook hears of everything, and gives how
// much was to be told to webhooks and to people.
func listened(t *testing.T) (s site, told func() (events, people int)) {
	t.Helper()
	s = newSite(t)
	s.run("migrate")
	st := s.store()
	p := models.Person{ID: st.NewID(), Handle: "ada", Name: "Ada", Email: "ada@nhs.net", CreatedAt: st.Now()}
	if err := st.CreatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	w := models.Webhook{ID: st.NewID(), URL: "https://listener.example", Events: models.EventTypes(), Secret: "whsec_x", CreatedBy: p.ID, CreatedAt: st.Now()}
	if err := st.CreateWebhook(t.Context(), &w); err != nil {
		t.Fatal(err)
	}
	return s, func() (events, people int) {
		t.Helper()
		for into, query := range map[*int]string{&events: "SELECT COUNT(*) FROM webhook_events", &people: "SELECT COUNT(*) FROM river_job WHERE kind = 'notifications.tell'"} {
			if err := st.DB(t.Context()).Raw(query).Scan(into).Error; err != nil {
				t.Fatal(err)
			}
		}
		return events, people
	}
}

// A file is a way of posting, so followers and webhooks hear of it. A bundle is
// what was said elsewhere and earlier: nobody is told of it anew.
func TestFilesAreToldOfAndBundlesAreNot(t *testing.T) {
	t.Parallel()
	from, told := listened(t)
	dir := write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed by hand.")})
	from.does("1 created", "import", dir)
	if events, people := told(); events != 1 || people != 1 {
		t.Errorf("of a new file %d events and %d tellings", events, people)
	}
	from.does("1 unchanged", "import", dir)
	if events, people := told(); events != 1 || people != 1 {
		t.Errorf("of a file that says the same %d events and %d tellings", events, people)
	}
	st := from.store()
	ada, err := st.PersonByHandle(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	a := models.Adoption{ID: st.NewID(), CaseStudyID: firstID, Organisation: "RWY", Status: models.AdoptionTrying, OwnerID: ada.ID, CreatedAt: st.Now()}
	if err := a.Validate(st.Now()); err != nil {
		t.Fatal(err)
	}
	if err := st.AddAdoption(t.Context(), &a, ada.ID); err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "bundle.zip")
	from.does("1 case study, with 1 revision, 0 comments, 1 adoption and 0 attachments.", "export", bundle)
	to, told := listened(t)
	to.does("1 created", "import", bundle)
	if n := to.rows("adoptions"); n != 1 {
		t.Errorf("%d adoptions came", n)
	}
	if events, people := told(); events != 0 || people != 0 {
		t.Errorf("of a bundle %d events and %d tellings", events, people)
	}
}
