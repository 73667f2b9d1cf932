package bundles_test

import (
	"fmt"
	"testing"

	"grassroots/models"
)

// adopted gives what organisations do with a case study here, as texts.
func (s *site) adopted(id string) string {
	return fmt.Sprint(s.rows("SELECT organisation || ' ' || status || ' ' || sites FROM adoptions WHERE case_study_id = '" + id + "' ORDER BY organisation"))
}

// adopts has an organisation say that it is interested in a case study.
func (s *site) adopts(p *models.Person, id, organisation, sites string) models.Adoption {
	s.t.Helper()
	a := models.Adoption{ID: s.store.NewID(), CaseStudyID: id, Organisation: organisation, Status: models.AdoptionInterested, OwnerID: p.ID, Sites: sites, CreatedAt: s.store.Now()}
	s.must(s.store.AddAdoption(s.t.Context(), &a, p.ID))
	return a
}

// takeBack has an organisation take back what it said.
func (s *site) takeBack(id, organisation string) {
	s.t.Helper()
	a, err := s.store.Adoption(s.t.Context(), id, organisation)
	s.must(err)
	s.must(s.store.RemoveAdoption(s.t.Context(), &a))
}

func TestAnAdoptionThatWasTakenBackDoesNotReturn(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		ctx := t.Context()
		cs := p.here.write(p.author, "Letters", "First.")
		soon, stays := p.here.adopts(p.author, cs.ID, "RWY", "Ward 1"), p.here.adopts(p.author, cs.ID, "RZ1", "Ward 2")
		p.send(p.here, p.there)
		want := func(s *site, list string) {
			t.Helper()
			if got := s.adopted(cs.ID); got != list {
				t.Errorf("adopted is %s, want %s", got, list)
			}
		}
		want(p.there, "[RWY interested Ward 1 RZ1 interested Ward 2]")
		p.there.takeBack(cs.ID, "RWY")
		if r := p.send(p.here, p.there); r.Adoptions != 0 {
			t.Errorf("brought in: %+v", r)
		}
		want(p.there, "[RZ1 interested Ward 2]")

		// Nor does it when it has been changed meanwhile where the bundle is from,
		// while what is new of the others comes.
		for _, a := range []*models.Adoption{&soon, &stays} {
			a.Sites += ", and 3"
			p.here.must(p.here.store.ChangeAdoption(ctx, a, p.author.ID))
		}
		if r := p.send(p.here, p.there); r.Adoptions != 1 {
			t.Errorf("brought in: %+v", r)
		}
		want(p.there, "[RZ1 interested Ward 2, and 3]")

		// Taken back in both places and said anew in the first, it is another one.
		p.here.takeBack(cs.ID, "RWY")
		p.here.adopts(p.author, cs.ID, "RWY", "Ward 9")
		if r := p.send(p.here, p.there); r.Adoptions != 1 {
			t.Errorf("brought in: %+v", r)
		}
		want(p.there, "[RWY interested Ward 9 RZ1 interested Ward 2, and 3]")
		if n := p.there.study(cs.ID).Adoptions; n != 0 {
			t.Errorf("%d are counted, though they are interested alone", n)
		}
	})
}
