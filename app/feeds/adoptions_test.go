package feeds_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

// adopts has an organisation say something of a case study, a moment after what
// was said before.
func (b *bench) adopts(on models.CaseStudy, organisation string, status models.AdoptionStatus) models.Adoption {
	b.t.Helper()
	b.Clock.Move(time.Second)
	p := apptest.Person(b.t, b.Store)
	a := models.Adoption{ID: b.Store.NewID(), CaseStudyID: on.ID, Organisation: organisation, Status: status, Sites: "Ward 1 & <b>", OwnerID: p.ID, CreatedAt: b.Store.Now()}
	if err := b.Store.AddAdoption(b.t.Context(), &a, p.ID); err != nil {
		b.t.Fatal(err)
	}
	b.Site.ContentChanged()
	return a
}

func TestTheFeedsOfAdoptions(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		letters := b.addStudy("Letters", func(cs *models.CaseStudy) { cs.Organisation = "RR8" })
		beds := b.addStudy("Beds", func(cs *models.CaseStudy) { cs.Organisation = "RWY" })
		gone := b.addStudy("Withdrawn")
		b.feed(t, "/feeds/adoptions.atom") // valid without an entry
		first := b.adopts(letters, "RWY", models.AdoptionInterested)
		b.adopts(letters, "RZ1", models.AdoptionTrying)
		b.adopts(beds, "RZ1", models.AdoptionInUse)
		b.adopts(gone, "RZ1", models.AdoptionInUse)
		hidden := b.adopts(beds, "RGT", models.AdoptionInUse)
		if err := b.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		moderator := apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator))
		m := models.Measure{ID: b.Store.NewID(), Action: models.MeasureHide, Kind: models.ThingAdoption, SubjectID: hidden.ID, CaseStudyID: beds.ID, AuthorID: hidden.OwnerID, ModeratorID: moderator.ID, Reason: "wrong", Words: "It is not so."}
		if err := b.Store.TakeMeasure(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(time.Hour)
		first.Status, first.Result = models.AdoptionStopped, "Nothing."
		first.Reason = "Too dear\nfor us"
		if err := b.Store.ChangeAdoption(t.Context(), &first, first.OwnerID); err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(time.Second)
		elsewhere := models.Adoption{CaseStudyID: letters.ID, Organisation: "RGT", Site: "https://there.example", URL: "https://there.example/case-studies/letters/adoptions/RGT", Status: models.AdoptionTrying, Version: 1,
			CreatedAt: b.Store.Now(), ChangedAt: b.Store.Now(), Steps: []models.AdoptionStep{{Status: models.AdoptionTrying, At: b.Store.Now()}}}
		if _, err := b.Store.ReplaceOffered(t.Context(), elsewhere.Site, []models.Adoption{elsewhere}); err != nil {
			t.Fatal(err)
		}
		b.Site.ContentChanged()
		for path, want := range map[string]string{
			"/feeds/adoptions.atom":                "Organisation RGT: Trying it, Letters | Organisation RWY: Stopped, Letters | Organisation RZ1: In use, Beds | Organisation RZ1: Trying it, Letters",
			"/feeds/adoptions.atom?limit=1":        "Organisation RGT: Trying it, Letters",
			"/case-studies/beds/adoptions.atom":    "Organisation RZ1: In use, Beds",
			"/organisations/RWY/adoptions.atom":    "Organisation RWY: Stopped, Letters | Organisation RZ1: In use, Beds",
			"/organisations/RR8/adoptions.atom":    "Organisation RGT: Trying it, Letters | Organisation RWY: Stopped, Letters | Organisation RZ1: Trying it, Letters",
			"/case-studies/letters/adoptions.atom": "Organisation RGT: Trying it, Letters | Organisation RWY: Stopped, Letters | Organisation RZ1: Trying it, Letters",
		} {
			if got := b.feed(t, path).titles(); got != want {
				t.Errorf("%s has %q, want %q", path, got, want)
			}
		}
		// Page after page, each is there once.
		var all []string
		for path := "/feeds/adoptions.atom?limit=1"; path != ""; {
			f := b.feed(t, path)
			all = append(all, f.titles())
			path = strings.TrimPrefix(f.link("next"), apptest.BaseURL)
			if len(all) > 5 {
				t.Fatalf("there is no end to %v", all)
			}
		}
		if whole := b.feed(t, "/feeds/adoptions.atom").titles(); strings.Join(all, " | ") != whole {
			t.Errorf("page after page it has %q, want %q", all, whole)
		}
		f := b.feed(t, "/case-studies/letters/adoptions.atom")
		if e := f.entries[0]; e.link("alternate") != apptest.BaseURL+"/case-studies/letters/adoptions" || e.link("via") != elsewhere.URL || e.author != "Organisation RGT" {
			t.Errorf("recorded elsewhere: %+v", e)
		}
		if e := f.entries[1]; e.link("alternate") != apptest.BaseURL+"/case-studies/letters/adoptions/RWY" || e.id != "urn:ulid:"+first.ID || !e.updated.Equal(first.ChangedAt) ||
			!strings.Contains(e.summary, "Why they stopped: Too dear") || !strings.Contains(e.summary, "Where: Ward 1 & <b>") {
			t.Errorf("recorded here: %+v", e)
		}
		b.Client(t).Get("/organisations/rwy/adoptions.atom").Want(http.StatusMovedPermanently).Follow().Want(http.StatusOK)
		b.Client(t).Get("/case-studies/withdrawn/adoptions.atom").Want(http.StatusGone)
		b.Client(t).Get("/case-studies/nothing/adoptions.atom").Want(http.StatusNotFound)
		b.Client(t).Get("/organisations/ZZZ9/adoptions.atom").Want(http.StatusNotFound)
		for _, bad := range []string{"?cursor=x", "?cursor=1-x", "?cursor=-1-" + first.ID, "?cursor=99999999999999999999-" + first.ID, "?limit=0", "?status=stopped"} {
			b.Client(t).Get("/feeds/adoptions.atom" + bad).Want(http.StatusBadRequest)
		}
	})
}
