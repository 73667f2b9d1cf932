package store_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// adopt records that an organisation adopts a case study.
func adopt(t *testing.T, s *store.Store, cs models.CaseStudy, organisation string, status models.AdoptionStatus, change ...func(*models.Adoption)) models.Adoption {
	t.Helper()
	a := models.Adoption{ID: s.NewID(), CaseStudyID: cs.ID, Organisation: organisation, Status: status, CreatedAt: s.Now()}
	for _, f := range change {
		f(&a)
	}
	if err := s.AddAdoption(t.Context(), &a, a.OwnerID); err != nil {
		t.Fatal(err)
	}
	return a
}

// wantAdoptions fails the test when another number is counted beside a case
// study, it is ranked otherwise, or another number of adoptions is listed.
func wantAdoptions(t *testing.T, s *store.Store, cs models.CaseStudy, counted, listed int) {
	t.Helper()
	now, err := s.CaseStudy(t.Context(), cs.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, total, err := s.CountAdoptions(t.Context(), store.AdoptionQuery{CaseStudyID: cs.ID})
	if err != nil || now.Adoptions != counted || total != listed {
		t.Errorf("%s has %d adoptions counted and %d listed (%v), want %d and %d", cs.Title, now.Adoptions, total, err, counted, listed)
	}
	if hot := models.HotRank(now.Votes, now.Comments, now.Adoptions, now.PublishedAt); fmt.Sprintf("%.6f", hot) != fmt.Sprintf("%.6f", now.Hot) {
		t.Errorf("%s is ranked %f, want %f", cs.Title, now.Hot, hot)
	}
}

func TestAnAdoptionIsCountedWhileItIsTriedOrUsed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		cs := newStudy(t, s, owner, models.Document{Title: "Letters", Organisation: "RR8"})
		seen := func() bool { // by the search index
			var n int64
			if err := s.DB(t.Context()).Raw("SELECT changes - indexed FROM case_studies WHERE id = ?", cs.ID).Scan(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n == 0
		}
		a := adopt(t, s, cs, "RWY", models.AdoptionInterested, func(a *models.Adoption) { a.OwnerID = owner.ID })
		wantAdoptions(t, s, cs, 0, 1)
		for _, step := range []struct {
			status  models.AdoptionStatus
			counted int
		}{{models.AdoptionPlanning, 0}, {models.AdoptionTrying, 1}, {models.AdoptionInUse, 1}, {models.AdoptionInUse, 1}, {models.AdoptionStopped, 0}, {models.AdoptionTrying, 1}} {
			if err := s.DB(t.Context()).Exec("UPDATE case_studies SET indexed = changes").Error; err != nil {
				t.Fatal(err)
			}
			a.Status = step.status
			if err := s.ChangeAdoption(t.Context(), &a, owner.ID); err != nil {
				t.Fatal(err)
			}
			wantAdoptions(t, s, cs, step.counted, 1)
			if seen() {
				t.Errorf("at %s the search index is not told", step.status)
			}
		}
		got, err := s.Adoption(t.Context(), cs.ID, "RWY")
		if err != nil {
			t.Fatal(err)
		}
		history := ""
		for _, step := range got.Steps {
			history += string(step.Status) + " "
		}
		if history != "interested planning trying in-use stopped trying " || got.Version != 7 {
			t.Errorf("its history is %s, its version %d", history, got.Version)
		}
		got.Version--
		if err := s.ChangeAdoption(t.Context(), &got, owner.ID); models.KindOf(err) != models.Conflict {
			t.Errorf("a change of an older version gave %v", err)
		}
		again := models.Adoption{ID: s.NewID(), CaseStudyID: cs.ID, Organisation: "RWY", Status: models.AdoptionInUse, CreatedAt: s.Now()}
		if err := s.AddAdoption(t.Context(), &again, ""); models.KindOf(err) != models.Conflict {
			t.Errorf("a second adoption gave %v", err)
		}
		if err := s.RemoveAdoption(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		wantAdoptions(t, s, cs, 0, 0)
		if err := s.RemoveAdoption(t.Context(), &got); models.KindOf(err) != models.NotFound {
			t.Errorf("removing it again gave %v", err)
		}
		if _, err := s.Adoption(t.Context(), cs.ID, "RWY"); models.KindOf(err) != models.NotFound {
			t.Errorf("reading it gave %v", err)
		}
		if err := s.SetStatus(t.Context(), cs.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		if err := s.AddAdoption(t.Context(), &again, ""); models.KindOf(err) != models.NotFound {
			t.Errorf("adopting what is withdrawn gave %v", err)
		}
	})
}

func TestAdoptionsAtOnceAreCountedRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		cs := newStudy(t, s, newPerson(t, s, "owner"), models.Document{Title: "Adopted by thirty"})
		var codes []string
		for i := range 30 {
			codes = append(codes, "RZ"+strconv.Itoa(i+10))
		}
		inParallel(t, codes, func(ctx context.Context, code string) error {
			a := models.Adoption{ID: s.NewID(), CaseStudyID: cs.ID, Organisation: code, Status: models.AdoptionTrying, CreatedAt: s.Now()}
			return s.AddAdoption(ctx, &a, "")
		})
		wantAdoptions(t, s, cs, 30, 30)
	})
}

func TestAdoptionsAreListedInPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		cs := newStudy(t, s, newPerson(t, s, "owner"), models.Document{Title: "Letters", Organisation: "RR8"})
		statuses := models.AdoptionStatuses()
		for i := range 12 {
			adopt(t, s, cs, "RZ"+strconv.Itoa(i+10), statuses[i%len(statuses)])
		}
		var got []models.AdoptionStatus
		seen := map[string]bool{}
		for after := ""; ; {
			list, next, err := s.Adoptions(t.Context(), store.AdoptionQuery{CaseStudyID: cs.ID, After: after, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				got = append(got, a.Status)
				seen[a.Organisation] = true
			}
			if after = next; next == "" {
				break
			}
		}
		if len(got) != 12 || len(seen) != 12 || got[0] != models.AdoptionInUse || got[11] != models.AdoptionInterested {
			t.Errorf("listed %v, of %d organisations", got, len(seen))
		}
		for _, bad := range []string{"x", "9-" + cs.ID, "1-x", "-", "10-" + cs.ID} {
			if _, _, err := s.Adoptions(t.Context(), store.AdoptionQuery{CaseStudyID: cs.ID, After: bad, Limit: 5}); models.KindOf(err) != models.BadRequest {
				t.Errorf("the cursor %q gave %v", bad, err)
			}
		}
		for _, q := range []store.AdoptionQuery{{By: "RZ10", Limit: 5}, {From: "RR8", Limit: 50}} {
			list, _, err := s.Adoptions(t.Context(), q)
			if want := map[bool]int{true: 1, false: 12}[q.By != ""]; err != nil || len(list) != want || list[0].Slug != cs.Slug {
				t.Errorf("%+v lists %d (%v), want %d", q, len(list), err, want)
			}
		}
		// What not everybody may read is on the page of no organisation.
		if err := s.DB(t.Context()).Exec("UPDATE case_studies SET status = ?", models.Limited).Error; err != nil {
			t.Fatal(err)
		}
		for _, q := range []store.AdoptionQuery{{By: "RZ10", Limit: 5}, {From: "RR8", Limit: 50}} {
			if list, _, err := s.Adoptions(t.Context(), q); err != nil || len(list) != 0 {
				t.Errorf("of a limited case study, %+v lists %d (%v)", q, len(list), err)
			}
		}
	})
}

func TestAMergeMovesAdoptionsAndBack(t *testing.T) {
	eachMerging(t, func(m *merging) {
		third := newStudy(m.T, m.s, newPerson(m.T, m.s, "third"), models.Document{Title: "Third"})
		if err := m.s.DB(m.Context()).Exec("UPDATE case_studies SET organisation = 'RR8' WHERE id = ?", m.into.ID).Error; err != nil {
			m.Fatal(err)
		}
		adopt(m.T, m.s, m.from, "RA1", models.AdoptionInUse)
		adopt(m.T, m.s, m.from, "RB1", models.AdoptionTrying) // adopts both
		adopt(m.T, m.s, m.into, "RB1", models.AdoptionInUse)
		adopt(m.T, m.s, m.from, "RR8", models.AdoptionInUse) // whose the second is
		adopt(m.T, m.s, m.from, "RC1", models.AdoptionInterested)
		adopt(m.T, m.s, third, "RA1", models.AdoptionTrying) // as does the first
		if moved := m.merge(m.from, m.into); moved.Adoptions != 1 {
			m.Errorf("%d adoptions moved, want 1 that is counted", moved.Adoptions)
		}
		wantAdoptions(m.T, m.s, m.into, 2, 3)
		wantAdoptions(m.T, m.s, m.from, 2, 2)
		m.merge(third, m.into)
		wantAdoptions(m.T, m.s, m.into, 2, 3)
		// Life goes on: what moved is changed where it is now.
		moved, err := m.s.Adoption(m.Context(), m.into.ID, "RC1")
		m.must(err)
		moved.Status = models.AdoptionTrying
		m.must(m.s.ChangeAdoption(m.Context(), &moved, ""))
		wantAdoptions(m.T, m.s, m.into, 3, 3)
		m.split(m.from)
		wantAdoptions(m.T, m.s, m.from, 4, 4)
		wantAdoptions(m.T, m.s, m.into, 2, 2) // that of RA1 is the third's now
		m.split(third)
		wantAdoptions(m.T, m.s, m.into, 1, 1)
		wantAdoptions(m.T, m.s, third, 1, 1)
	})
}

func TestAClosedAccountLooksAfterNoAdoption(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		cs := newStudy(t, s, newPerson(t, s, "owner"), models.Document{Title: "Letters"})
		keeper := newPerson(t, s, "keeper")
		adopt(t, s, cs, "RWY", models.AdoptionInUse, func(a *models.Adoption) { a.OwnerID = keeper.ID })
		if err := s.ClosePerson(t.Context(), keeper.ID); err != nil {
			t.Fatal(err)
		}
		got, err := s.Adoption(t.Context(), cs.ID, "RWY")
		if err != nil || got.OwnerID != "" || got.Owner.Name != "" || got.Status != models.AdoptionInUse {
			t.Errorf("%+v (%v)", got, err)
		}
		wantAdoptions(t, s, cs, 1, 1)
	})
}

func TestAdoptersAreCountedOnceForAPerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner, other := newPerson(t, s, "owner"), newPerson(t, s, "other")
		one, two := newStudy(t, s, owner, models.Document{Title: "One"}), newStudy(t, s, other, models.Document{Title: "Two"})
		if err := s.SetEditors(t.Context(), two.ID, []string{owner.ID}); err != nil {
			t.Fatal(err)
		}
		adopt(t, s, one, "RA1", models.AdoptionInUse)
		adopt(t, s, two, "RA1", models.AdoptionTrying)
		adopt(t, s, two, "RB1", models.AdoptionTrying)
		adopt(t, s, two, "RC1", models.AdoptionStopped)
		for who, want := range map[string]int{owner.ID: 2, other.ID: 2} {
			if n, err := s.CountAdopters(t.Context(), who); err != nil || n != want {
				t.Errorf("%d adopters (%v), want %d", n, err, want)
			}
		}
		if n, err := s.CountAdoptionsSince(t.Context(), owner.ID, s.Now().Add(-time.Hour)); err != nil || n != 0 {
			t.Errorf("%d begun (%v)", n, err)
		}
	})
}
