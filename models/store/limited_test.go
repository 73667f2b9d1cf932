package store_test

import (
	"slices"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// The list says in SQL what the table of rights says of each case study.
func TestLimitedAgreesWithTheTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		person := func(handle string, change func(*models.Person)) *models.Person {
			p := models.Person{ID: s.NewID(), Handle: handle, Name: handle, Email: handle + "@nhs.net", CreatedAt: s.Now()}
			change(&p)
			if err := s.CreatePerson(ctx, &p); err != nil {
				t.Fatal(err)
			}
			return &p
		}
		role := func(g models.Grant) func(*models.Person) {
			return func(p *models.Person) { p.Grants = []models.Grant{g} }
		}
		people := []*models.Person{
			person("author", func(*models.Person) {}), person("co", func(*models.Person) {}),
			person("says", func(p *models.Person) { p.Organisation = "RR8" }), person("colleague", func(p *models.Person) { p.Confirmed = "RR8" }),
			person("lead", role(models.Grant{Role: models.RoleLead, Organisation: "RR8"})), person("other-lead", role(models.Grant{Role: models.RoleLead, Organisation: "RWY"})),
			person("moderator", role(models.Grant{Role: models.RoleModerator})), person("admin", role(models.Grant{Role: models.RoleAdmin})),
		}
		var studies []models.CaseStudy
		for _, v := range models.Visibilities() {
			for _, code := range []string{"", "RR8", "RWY"} {
				cs := models.CaseStudy{ID: s.NewID(), OwnerID: people[0].ID, CreatedAt: s.Now(), UpdatedAt: s.Now(),
					Document: models.Document{Title: "One of " + string(v) + code, Stage: models.StageIdea, Organisation: code, Visibility: v, Body: "Text"}}
				if v == models.ToEverybody {
					cs.Visibility = ""
				}
				if err := s.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: people[0].ID}); err != nil {
					t.Fatal(err)
				}
				if err := s.SetEditors(ctx, cs.ID, []string{people[1].ID}); err != nil {
					t.Fatal(err)
				}
				studies = append(studies, cs)
			}
		}
		for _, p := range people {
			var want []string
			for _, cs := range studies {
				subject := cs.Subject()
				subject.CoAuthor = p.Handle == "co"
				if cs.Status == models.Limited && p.May(cs.ReadRight(), subject) {
					want = append(want, cs.ID)
				}
			}
			q := models.ListQuery{Sort: models.SortNew, Limit: 100}
			page, err := s.ListLimited(ctx, p, q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, item := range page.Items {
				got = append(got, item.ID)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || page.Total != len(want) {
				t.Errorf("%s is listed %d (of %d), and may read %d", p.Handle, len(got), page.Total, len(want))
			}
		}
	})
}

// Counts and what is derived follow as a case study is limited and opened.
func TestLimitingTakesItFromTheCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := models.Person{ID: s.NewID(), Handle: "author", Name: "Author", Email: "author@nhs.net", CreatedAt: s.Now()}
		if err := s.CreatePerson(ctx, &p); err != nil {
			t.Fatal(err)
		}
		cs := models.CaseStudy{ID: s.NewID(), OwnerID: p.ID, CreatedAt: s.Now(), UpdatedAt: s.Now(),
			Document: models.Document{Title: "Letters", Stage: models.StageIdea, Organisation: "RR8", Body: "Text", Tags: []string{"letters"}}}
		if err := s.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID}); err != nil {
			t.Fatal(err)
		}
		look := func(when string, want int) {
			t.Helper()
			o, err := s.Organisation(ctx, "RR8")
			if err != nil {
				t.Fatal(err)
			}
			facets, err := s.FacetCounts(ctx, models.ListQuery{}, []string{models.FacetTag})
			if err != nil {
				t.Fatal(err)
			}
			page, err := s.ListCaseStudies(ctx, models.ListQuery{Sort: models.SortNew, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if o.Studies != want || facets[models.FacetTag]["letters"] != want || page.Total != want {
				t.Errorf("%s: the organisation counts %d, the tag %d, the list %d; want %d", when, o.Studies, facets[models.FacetTag]["letters"], page.Total, want)
			}
		}
		revise := func(v models.Visibility) {
			t.Helper()
			cs.Visibility, cs.UpdatedAt = v, s.Now()
			if err := s.ReviseCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID}); err != nil {
				t.Fatal(err)
			}
		}
		set := func(status models.Status) {
			t.Helper()
			if err := s.SetStatus(ctx, cs.ID, status); err != nil {
				t.Fatal(err)
			}
		}
		look("published", 1)
		if n, err := s.Vote(ctx, cs.ID, p.ID, true); err != nil || n != 1 {
			t.Errorf("a vote: %d, %v", n, err)
		}
		revise(models.ToSignedIn)
		look("limited", 0)
		if _, err := s.Vote(ctx, cs.ID, p.ID, false); models.KindOf(err) != models.NotFound {
			t.Errorf("a vote for what is limited, as for what everybody may read: %v", err)
		}
		if n, err := s.VoteLimited(ctx, cs.ID, p.ID, false); err != nil || n != 0 {
			t.Errorf("a vote taken back from what is limited: %d, %v", n, err)
		}
		set(models.Withdrawn)
		look("withdrawn", 0)
		revise("")
		look("opened while withdrawn", 0)
		set(models.Published)
		look("brought back", 1)
		revise(models.ToOrganisation)
		set(models.Withdrawn)
		set(models.Published)
		look("brought back to its organisation", 0)
		if got, err := s.CaseStudy(ctx, cs.ID); err != nil || got.Status != models.Limited {
			t.Errorf("brought back, it is %s, %v", got.Status, err)
		}
		revise("")
		look("opened", 1)
	})
}
