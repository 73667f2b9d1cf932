package feeds_test

import (
	"net/http"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestTheListsThatCaseStudiesNameAreFeeds(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		paths := []string{"/feeds/systems.atom", "/feeds/standards.atom", "/feeds/organisations.atom"}
		for _, path := range paths {
			b.feed(t, path) // valid without an entry
		}
		joins := func(org, from, to, standard string) func(*models.CaseStudy) {
			return func(cs *models.CaseStudy) {
				cs.Organisation, cs.Connections = org, []models.Connection{{From: from, To: to, Standard: standard}}
			}
		}
		first := b.addStudy("First", joins("RR8", "PPM", "SystmOne", "hl7-v2"))
		b.addStudy("Second", joins("RXF", "<ICE> & co", "SystmOne", "hl7-fhir-r4"))
		b.Clock.Move(time.Hour)
		last := b.addStudy("Third", joins("RR8", "PPM", "Lorenzo", "hl7-v2"))
		gone := b.addStudy("Withdrawn", joins("RJ1", "Nothing", "Nowhere", "re-typed"))
		if err := b.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		for i, want := range []string{"Lorenzo | PPM | <ICE> & co | SystmOne", "hl7-v2 | hl7-fhir-r4", "Organisation RR8 | Organisation RXF"} {
			if got := b.feed(t, paths[i]).titles(); got != want {
				t.Errorf("%s has %q, want %q", paths[i], got, want)
			}
		}
		rr8 := b.feed(t, "/feeds/organisations.atom?limit=1")
		if len(rr8.entries) != 1 {
			t.Fatalf("one is %q", rr8.titles())
		}
		e := rr8.entries[0]
		if e.summary != "2 case studies" || !e.published.Equal(first.CreatedAt.Truncate(time.Second)) || !e.updated.Equal(last.CreatedAt.Truncate(time.Second)) || linkOf(e.links, "alternate") != apptest.BaseURL+"/organisations/RR8" {
			t.Errorf("the entry is %+v", e)
		}
		for _, path := range paths {
			for _, bad := range []string{"?limit=1000", "?cursor=x", "?stage=idea"} {
				b.Client(t).Get(path + bad).Want(http.StatusBadRequest)
			}
		}
	})
}
