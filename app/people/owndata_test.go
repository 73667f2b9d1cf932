package people_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

func TestSomebodyTakesTheirOwnDataAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("zora-quill", "Zora Quill"), func(p *models.Person) { p.Bio = "Quillworts" })
		other := apptest.Person(t, h.Store, apptest.Named("mo", "Mo Derator"), apptest.WithRole(models.RoleModerator))
		cs := models.CaseStudy{Document: models.Document{Title: "Letters <in> minutes", Stage: models.StageIdea, Body: "Zanzibar text",
			Authors: []models.Author{{Name: "Zora Quill", Email: p.Email}, {Name: "Somebody Else", Email: "secret.colleague@nhs.net"}}}, OwnerID: p.ID, HTML: "<p>x</p>", Status: models.Published, CreatedAt: h.Store.Now(), UpdatedAt: h.Store.Now(), PublishedAt: h.Store.Now()}
		cs.ID = h.Store.NewID()
		if err := h.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
			t.Fatal(err)
		}
		note := h.comment(t, cs, p, "<p>Hers</p>")
		h.comment(t, cs, other, "<p>Not hers at all</p>", p.ID)
		if _, err := h.Store.Vote(t.Context(), cs.ID, p.ID, true); err != nil {
			t.Fatal(err)
		}
		m := models.Measure{ID: h.Store.NewID(), Action: models.MeasureHide, Kind: models.ThingComment, SubjectID: note.ID, CaseStudyID: cs.ID, AuthorID: p.ID, ModeratorID: other.ID, Reason: "unkind", Words: "Kindly, please."}
		if err := h.Store.TakeMeasure(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		c := h.As(t, p)
		h.Client(t).Post("/me/data", nil).Want(http.StatusUnauthorized)
		page := c.Get("/me/data").Want(http.StatusOK).Form("/me/data").Send().Want(http.StatusOK)
		archive, err := zip.NewReader(strings.NewReader(page.Body), int64(len(page.Body)))
		if err != nil {
			t.Fatal(err)
		}
		files, all := map[string]string{}, ""
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			files[f.Name], all = string(text), all+string(text)
			var rows []map[string]any
			if strings.HasSuffix(f.Name, ".json") {
				if err := json.Unmarshal(text, &rows); err != nil {
					t.Errorf("%s: %v in %s", f.Name, err, text)
				}
			}
		}
		if len(files) != len(store.OwnSections())+1 {
			t.Errorf("%d files", len(files))
		}
		for file, text := range map[string]string{"data/profile.json": "Quillworts", "data/case-studies.json": cs.ID, "data/revisions.json": "Zanzibar text", "data/comments.json": note.ID, "data/votes.json": cs.ID,
			"data/mentions.json": "comment_id", "data/measures.json": "Kindly, please.", "data/sessions.json": "expires_at", "index.html": "Letters &lt;in&gt; minutes"} {
			if !strings.Contains(files[file], text) {
				t.Errorf("%s has no %q: %s", file, text, files[file])
			}
		}
		for _, text := range []string{"secret.colleague", "Mo Derator", other.ID, other.Email, "Not hers at all"} {
			if strings.Contains(all, text) {
				t.Errorf("it has %q, which is not hers", text)
			}
		}
		events, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "person.export", Limit: 10})
		if err != nil || len(events) != 1 || events[0].Actor != p.ID {
			t.Errorf("on record: %+v, %v", events, err)
		}
	})
}
