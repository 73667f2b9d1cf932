package store_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// Votes that come together are committed together, and nobody's vote suffers
// for the company it is in.
func TestVotesThatComeTogetherAreEachCounted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		var studies []models.CaseStudy
		for i := range 5 {
			studies = append(studies, newStudy(t, s, owner, models.Document{Title: fmt.Sprintf("Study %d", i)}))
		}
		gone := newStudy(t, s, owner, models.Document{Title: "Withdrawn"})
		var people []models.Person
		for i := range 30 {
			people = append(people, newPerson(t, s, "voter-"+strconv.Itoa(i)))
		}
		if _, err := s.Vote(t.Context(), gone.ID, people[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if err := s.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		nobody := models.Person{ID: s.NewID()}
		inParallel(t, append(people, nobody), func(ctx context.Context, p models.Person) error {
			for i, cs := range studies {
				_, err := s.Vote(ctx, cs.ID, p.ID, true)
				if p.ID == nobody.ID {
					if err == nil {
						return fmt.Errorf("somebody who is not there has voted")
					}
					continue
				}
				if err == nil && i == 0 { // has thought better of it
					_, err = s.Vote(ctx, cs.ID, p.ID, false)
				}
				if err != nil {
					return err
				}
			}
			for _, on := range []bool{true, false} {
				if _, err := s.Vote(ctx, gone.ID, p.ID, on); models.KindOf(err) != models.NotFound {
					return fmt.Errorf("a vote on what is withdrawn gave %v, want not found", err)
				}
			}
			return nil
		})
		for i, cs := range append(studies, gone) {
			want := map[int]int{0: 0, 5: 1}
			n, ok := want[i]
			if !ok {
				n = len(people)
			}
			wantCounted(t, s, cs.ID, n)
		}
	})
}

// wantCounted compares a case study's count and rank with its votes.
func wantCounted(t *testing.T, s *store.Store, id string, want int) {
	t.Helper()
	got, err := s.CaseStudy(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var rows int64
	if err := s.DB(t.Context()).Table("votes").Where("case_study_id = ?", id).Count(&rows).Error; err != nil {
		t.Fatal(err)
	}
	hot := models.HotRank(want, 0, 0, got.PublishedAt)
	if got.Votes != want || int(rows) != want || math.Abs(got.Hot-hot) > 1e-9 {
		t.Errorf("%s: %d votes in %d rows with rank %v, want %d and %v", got.Title, got.Votes, rows, got.Hot, want, hot)
	}
}

func TestAVoteThatChangesNothingAsksForNoIndexing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := newPerson(t, s, "owner")
		cs := newStudy(t, s, owner, models.Document{Title: "Once"})
		for _, want := range []struct {
			on    bool
			votes int
			left  int
		}{{true, 1, 1}, {true, 1, 0}, {false, 0, 1}, {false, 0, 0}} {
			list, err := s.ToIndex(t.Context(), "", -1, true)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.MarkIndexed(t.Context(), list); err != nil {
				t.Fatal(err)
			}
			votes, err := s.Vote(t.Context(), cs.ID, owner.ID, want.on)
			if err != nil || votes != want.votes {
				t.Errorf("vote %v gave %d, %v; want %d", want.on, votes, err, want.votes)
			}
			if list, err = s.ToIndex(t.Context(), "", -1, true); err != nil || len(list) != want.left {
				t.Errorf("after vote %v the index has %d to see, %v; want %d", want.on, len(list), err, want.left)
			}
			if list, err = s.ToIndex(t.Context(), "", -1, false); err != nil || len(list) != 0 {
				t.Errorf("vote %v is taken for something written: %v, %v", want.on, list, err)
			}
		}
	})
}

// Two nodes on one database vote on the same case studies at the same moment.
func TestTwoNodesCountTogether(t *testing.T) {
	t.Parallel()
	cfg := storetest.ConfigOn(t, store.Postgres)
	nodes := make([]*store.Store, 2)
	for i := range nodes {
		s, err := store.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		nodes[i] = s
	}
	owner := newPerson(t, nodes[0], "owner")
	studies := []models.CaseStudy{newStudy(t, nodes[0], owner, models.Document{Title: "A"}), newStudy(t, nodes[0], owner, models.Document{Title: "B"})}
	var people []models.Person
	for i := range 40 {
		people = append(people, newPerson(t, nodes[0], "voter-"+strconv.Itoa(i)))
	}
	inParallel(t, people, func(ctx context.Context, p models.Person) error {
		for i := range studies { // each node in another order, and both nodes for the same person
			for n, s := range nodes {
				if _, err := s.Vote(ctx, studies[(i+n)%2].ID, p.ID, true); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, cs := range studies {
		wantCounted(t, nodes[0], cs.ID, len(people))
	}
}

// Votes lock case studies in the order of their ids. What marks them as indexed
// has to do the same: else each waits for the other, and Postgres finds that out
// after a second.
func TestMarkingTheIndexedLocksInTheOrderOfVotes(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), storetest.ConfigOn(t, store.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	owner := newPerson(t, s, "owner")
	first, second := newStudy(t, s, owner, models.Document{Title: "A"}), newStudy(t, s, owner, models.Document{Title: "B"})
	// The vote writes the first behind the second on the disk.
	if _, err := s.Vote(t.Context(), first.ID, owner.ID, true); err != nil {
		t.Fatal(err)
	}
	list, err := s.ToIndex(t.Context(), "", -1, true)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d to index: %v", len(list), err)
	}
	slices.Reverse(list)
	lock := func(ctx context.Context, id string) error {
		return s.DB(ctx).Exec("SELECT 1 FROM case_studies WHERE id = ? FOR UPDATE NOWAIT", id).Error
	}
	marked := make(chan error, 1)
	err = s.Tx(t.Context(), func(ctx context.Context) error {
		if err := lock(ctx, first.ID); err != nil {
			return err
		}
		go func() { marked <- s.MarkIndexed(t.Context(), list) }()
		for waiting := 0; waiting == 0; {
			if err := s.DB(t.Context()).Raw("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting).Error; err != nil {
				return err
			}
		}
		return lock(ctx, second.ID)
	})
	if err != nil {
		t.Errorf("the second was locked before the first: %v", err)
	}
	if err := <-marked; err != nil {
		t.Error(err)
	}
}
