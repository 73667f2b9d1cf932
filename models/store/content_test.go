package store_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// newPerson saves a person for a test.
func newPerson(t *testing.T, s *store.Store, handle string) models.Person {
	t.Helper()
	p := models.Person{ID: s.NewID(), Handle: handle, Name: "Person " + handle, Email: handle + "@demo.nhs.uk", CreatedAt: s.Now()}
	if err := s.CreatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// newStudy publishes a case study for a test.
func newStudy(t *testing.T, s *store.Store, owner models.Person, doc models.Document) models.CaseStudy {
	t.Helper()
	if doc.Stage == "" {
		doc.Stage = models.StageIdea
	}
	if doc.Body == "" {
		doc.Body = "Text"
	}
	cs := models.CaseStudy{ID: s.NewID(), Document: doc, OwnerID: owner.ID, CreatedAt: s.Now(), UpdatedAt: s.Now(), HTML: "<p>Text</p>"}
	if err := s.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func TestVotesAreCountedRightUnderAHundredAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		cs := newStudy(t, s, owner, models.Document{Title: "Voted for by a hundred"})
		voters := make([]models.Person, 100)
		for i := range voters {
			voters[i] = newPerson(t, s, "voter-"+strconv.Itoa(i))
		}
		inParallel(t, voters, func(ctx context.Context, p models.Person) error {
			_, err := s.Vote(ctx, cs.ID, p.ID, true)
			if err == nil { // again: nothing changes
				_, err = s.Vote(ctx, cs.ID, p.ID, true)
			}
			return err
		})
		check := func(want int) {
			t.Helper()
			got, err := s.CaseStudy(t.Context(), cs.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Votes != want {
				t.Errorf("votes = %d, want %d", got.Votes, want)
			}
			if hot := models.HotRank(want, 0, 0, got.PublishedAt); math.Abs(got.Hot-hot) > 1e-9 {
				t.Errorf("hot = %v, want %v by the formula", got.Hot, hot)
			}
		}
		check(100)
		inParallel(t, voters[:40], func(ctx context.Context, p models.Person) error {
			if _, err := s.Vote(ctx, cs.ID, p.ID, false); err != nil {
				return err
			}
			_, err := s.Vote(ctx, cs.ID, p.ID, false)
			return err
		})
		check(60)
		voted, err := s.Marks(t.Context(), voters[50].ID, []string{cs.ID})
		if err != nil || !voted[cs.ID] {
			t.Errorf("own vote = %v, %v; want true", voted, err)
		}
		if _, err := s.Vote(t.Context(), s.NewID(), voters[0].ID, true); models.KindOf(err) != models.NotFound {
			t.Errorf("vote on nothing gave %v, want not found", err)
		}
	})
}

// inParallel runs f for every item at the same time and fails on any error.
func inParallel[T any](t *testing.T, items []T, f func(context.Context, T) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make(chan error, len(items))
	for _, item := range items {
		wg.Go(func() { errs <- f(t.Context(), item) })
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestListsPageByKeyBothWaysInEveryOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		voters := []models.Person{newPerson(t, s, "a"), newPerson(t, s, "b"), newPerson(t, s, "c")}
		random := rand.New(rand.NewPCG(1, 2))
		for i := range 23 {
			cs := newStudy(t, s, owner, models.Document{Title: fmt.Sprintf("Number %d", i)})
			for _, v := range voters[:random.IntN(4)] { // many ties
				if _, err := s.Vote(t.Context(), cs.ID, v.ID, true); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, sort := range []models.Sort{models.SortHot, models.SortNew, models.SortUpdated, models.SortTop, models.SortDiscussed, models.SortAdopted} {
			walk(t, s, sort)
		}
	})
}

// walk pages through a list and back, and fails when a row is missing, comes
// twice or stands elsewhere on the way back.
func walk(t *testing.T, s *store.Store, sort models.Sort) {
	t.Helper()
	var forth [][]string
	cursor := ""
	prev := ""
	for {
		page := listPage(t, s, sort, cursor)
		forth = append(forth, idsOf(page))
		if page.Total != 23 {
			t.Fatalf("%s: total %d, want 23", sort, page.Total)
		}
		prev = page.Prev
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	if all := slices.Concat(forth...); len(all) != 23 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 23 {
		t.Fatalf("%s: paging gave %d rows, want 23 different ones", sort, len(all))
	}
	for i := len(forth) - 2; i >= 0; i-- {
		page := listPage(t, s, sort, prev)
		if got := idsOf(page); !slices.Equal(got, forth[i]) {
			t.Fatalf("%s: page %d on the way back is %v, was %v", sort, i, got, forth[i])
		}
		prev = page.Prev
	}
	if prev != "" {
		t.Errorf("%s: the first page has a page before it", sort)
	}
}

func listPage(t *testing.T, s *store.Store, sort models.Sort, cursor string) models.Page[models.Summary] {
	t.Helper()
	c, err := models.ParseCursor(cursor)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.ListCaseStudies(t.Context(), models.ListQuery{Sort: sort, Limit: 5, Cursor: c})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func idsOf(p models.Page[models.Summary]) []string {
	var ids []string
	for _, s := range p.Items {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestFacetsAreCountedWithoutTheirOwnFilter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		if _, _, err := s.SaveOrganisation(t.Context(), models.Organisation{Code: "RR8", Name: "Leeds", Region: "North East and Yorkshire"}); err != nil {
			t.Fatal(err)
		}
		join := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		newStudy(t, s, owner, models.Document{Title: "One", Stage: models.StageIdea, Organisation: "RR8", Tags: []string{"letters"}, Connections: join})
		two := newStudy(t, s, owner, models.Document{Title: "Two", Stage: models.StageInUse, Organisation: "RR8", Tags: []string{"letters", "o'brien, \"&\""}})
		newStudy(t, s, owner, models.Document{Title: "Three", Stage: models.StageInUse, Tags: []string{"fax"}})
		gone := newStudy(t, s, owner, models.Document{Title: "Gone", Stage: models.StageInUse, Organisation: "RR8", Tags: []string{"fax"}})
		if err := s.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		q := models.ListQuery{Filters: map[string][]string{models.FacetStage: {"in-use"}}, Sort: models.SortNew, Limit: 20}
		got, err := s.FacetCounts(t.Context(), q, []string{models.FacetStage, models.FacetTag, models.FacetRegion, models.FacetSystem})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]int{models.FacetStage: {"idea": 1, "in-use": 2}, models.FacetTag: {"letters": 1, "o'brien, \"&\"": 1, "fax": 1},
			models.FacetRegion: {"North East and Yorkshire": 1}, models.FacetSystem: {}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("counts = %v, want %v", got, want)
		}
		q.Filters = map[string][]string{models.FacetTag: {"o'brien, \"&\"", "nothing"}, models.FacetRegion: {"North East and Yorkshire"}}
		page, err := s.ListCaseStudies(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if ids := idsOf(page); len(ids) != 1 || ids[0] != two.ID || page.Total != 1 {
			t.Errorf("filtered list = %v (total %d), want only %s", ids, page.Total, two.ID)
		}
		org, err := s.Organisation(t.Context(), "RR8")
		if err != nil || org.Studies != 2 {
			t.Errorf("organisation counts %d case studies (%v), want 2", org.Studies, err)
		}
	})
}

func TestARevisionNeedsTheOneBeforeAndKeepsOldAddresses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		other := newStudy(t, s, owner, models.Document{Title: "Letters by MESH"})
		cs := newStudy(t, s, owner, models.Document{Title: "Letters by MESH"})
		if other.Slug == cs.Slug {
			t.Fatalf("two case studies have the address %s", cs.Slug)
		}
		first := cs.Slug
		cs.Title, cs.Body = "Letters by FHIR", "New"
		if err := s.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID, Note: "renamed"}); err != nil {
			t.Fatal(err)
		}
		stale := cs
		stale.Revision = 1
		if err := s.ReviseCaseStudy(t.Context(), &stale, store.SaveNote{EditorID: owner.ID}); models.KindOf(err) != models.Conflict {
			t.Errorf("a change of an old revision gave %v, want a conflict", err)
		}
		found, err := s.CaseStudy(t.Context(), first)
		if err != nil || found.ID != cs.ID || found.Slug == first || found.Revision != 2 || found.Body != "New" {
			t.Errorf("old address gives %+v, %v", found.Slug, err)
		}
		revs, err := s.Revisions(t.Context(), cs.ID)
		if err != nil || len(revs) != 2 || revs[0].Note != "renamed" || revs[0].EditorName != owner.Name {
			t.Errorf("revisions = %+v, %v", revs, err)
		}
		old, err := s.Revision(t.Context(), cs.ID, 1)
		if err != nil || old.Document.Title != "Letters by MESH" {
			t.Errorf("revision 1 = %+v, %v", old.Document.Title, err)
		}
	})
}

func TestTwoEditorsOfADraftLoseNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := newPerson(t, s, "a"), newPerson(t, s, "b")
		d := models.Draft{ID: s.NewID(), OwnerID: a.ID, SavedBy: a.ID, Document: models.Document{Title: "Draft", Body: "Mine"}}
		if err := s.SaveDraft(t.Context(), &d); err != nil || d.Version != 1 {
			t.Fatalf("first save: version %d, %v", d.Version, err)
		}
		theirs := d
		theirs.SavedBy, theirs.Document.Body = b.ID, "Theirs"
		if err := s.SaveDraft(t.Context(), &theirs); err != nil {
			t.Fatal(err)
		}
		mine := d
		mine.Document.Body = "Mine, longer"
		err := s.SaveDraft(t.Context(), &mine)
		var conflict *models.DraftConflict
		if !errors.As(err, &conflict) || conflict.Theirs.Document.Body != "Theirs" || conflict.Mine.Body != "Mine, longer" || conflict.Theirs.SavedName != b.Name {
			t.Fatalf("conflict = %+v (%v), want both texts", conflict, err)
		}
		kept, err := s.Draft(t.Context(), d.ID)
		if err != nil || kept.Document.Body != "Theirs" || kept.Version != 2 {
			t.Errorf("kept draft = %+v, %v; want theirs untouched", kept, err)
		}
	})
}

func TestASignInLinkWorksOnceHoweverManyPress(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if err := s.CreateSignInLink(t.Context(), "secret", "a@nhs.net", "/me", s.Now().Add(15*time.Minute)); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		worked := 0
		inParallel(t, make([]int, 20), func(ctx context.Context, _ int) error {
			email, to, err := s.UseSignInLink(ctx, "secret")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && email == "a@nhs.net" && to == "/me":
				worked++
			case models.KindOf(err) != models.NotFound:
				return fmt.Errorf("unexpected: %q %q %w", email, to, err)
			}
			return nil
		})
		if worked != 1 {
			t.Errorf("the link worked %d times, want once", worked)
		}
	})
}

func TestWhatTheIndexHasNotSeen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		cs := newStudy(t, s, owner, models.Document{Title: "One"})
		list, err := s.ToIndex(t.Context(), "", 10, true)
		if err != nil || len(list) != 1 || list[0].ID != cs.ID {
			t.Fatalf("to index = %v, %v", list, err)
		}
		// A vote between reading and marking must not be lost.
		if _, err := s.Vote(t.Context(), cs.ID, owner.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := s.MarkIndexed(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		again, err := s.ToIndex(t.Context(), "", 10, true)
		if err != nil || len(again) != 1 {
			t.Fatalf("after a vote, to index = %v, %v; want the case study again", again, err)
		}
		if err := s.MarkIndexed(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		if rest, err := s.ToIndex(t.Context(), "", 10, true); err != nil || len(rest) != 0 {
			t.Errorf("after marking, to index = %v, %v; want none", rest, err)
		}
	})
}
