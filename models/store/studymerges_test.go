package store_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// merging is a site with two case studies of the same thing.
type merging struct {
	*testing.T
	s          *store.Store
	moderator  models.Person
	people     []models.Person
	from, into models.CaseStudy
}

func eachMerging(t *testing.T, f func(m *merging)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := &merging{T: t, s: s, moderator: newPerson(t, s, "moderator")}
		for i := range 6 {
			m.people = append(m.people, newPerson(t, s, "voter-"+strconv.Itoa(i)))
		}
		m.from = newStudy(t, s, newPerson(t, s, "first"), models.Document{Title: "From"})
		m.into = newStudy(t, s, newPerson(t, s, "second"), models.Document{Title: "Into"})
		f(m)
	})
}

func (m *merging) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

func (m *merging) vote(cs models.CaseStudy, on bool, voters ...int) {
	m.Helper()
	for _, i := range voters {
		_, err := m.s.Vote(m.Context(), cs.ID, m.people[i].ID, on)
		m.must(err)
	}
}

func (m *merging) comment(cs models.CaseStudy, parent string, official bool) models.Comment {
	m.Helper()
	c := models.Comment{ID: m.s.NewID(), CaseStudyID: cs.ID, ParentID: parent, AuthorID: m.people[0].ID, Kind: models.Question, Body: "Hm", HTML: "<p>Hm</p>", Official: official, CreatedAt: m.s.Now()}
	m.must(m.s.AddComment(m.Context(), &c, nil))
	return c
}

func (m *merging) merge(from, into models.CaseStudy) store.Moved {
	m.Helper()
	moved, err := m.s.MergeStudies(m.Context(), models.StudyMerge{FromID: from.ID, IntoID: into.ID, ByID: m.moderator.ID, Words: "The same"})
	m.must(err)
	return moved
}

func (m *merging) split(from models.CaseStudy) {
	m.Helper()
	measure, err := m.s.MergeMeasure(m.Context(), from.ID)
	m.must(err)
	m.must(m.s.LiftMeasure(m.Context(), measure.ID, m.moderator.ID, "They are two"))
}

// want fails the test when a case study has other votes, as counted beside it
// and by person, other comments or another status.
func (m *merging) want(cs models.CaseStudy, status models.Status, votes string, comments int) {
	m.Helper()
	now, err := m.s.CaseStudy(m.Context(), cs.ID)
	m.must(err)
	given := ""
	for i, p := range m.people {
		voted, err := m.s.Marks(m.Context(), p.ID, []string{cs.ID})
		m.must(err)
		if voted[cs.ID] {
			given += strconv.Itoa(i)
		}
	}
	if now.Status != status || given != votes || now.Votes != len(votes) || now.Comments != comments {
		m.Errorf("%s is %s, with votes of %s (%d counted) and %d comments; want %s, %s and %d", cs.Title, now.Status, given, now.Votes, now.Comments, status, votes, comments)
	}
	if hot := models.HotRank(now.Votes, now.Comments, now.Adoptions, now.PublishedAt); fmt.Sprintf("%.6f", hot) != fmt.Sprintf("%.6f", now.Hot) {
		m.Errorf("%s is ranked %f, want %f", cs.Title, now.Hot, hot)
	}
}

func TestAMergeMovesVotesAndCommentsAndBack(t *testing.T) {
	eachMerging(t, func(m *merging) {
		m.vote(m.from, true, 0, 1, 2)
		m.vote(m.into, true, 2, 3)
		official := m.comment(m.from, "", true)
		m.comment(m.from, official.ID, false)
		deleted := m.comment(m.from, "", false)
		m.must(m.s.DeleteComment(m.Context(), deleted.ID))
		m.comment(m.into, "", false)
		if moved := m.merge(m.from, m.into); moved != (store.Moved{Votes: 2, Comments: 2}) {
			m.Errorf("moved %+v", moved)
		}
		m.want(m.from, models.Withdrawn, "012", 0)
		m.want(m.into, models.Published, "0123", 3)
		if c, err := m.s.Comment(m.Context(), official.ID); err != nil || c.Official || c.CaseStudyID != m.into.ID {
			m.Errorf("the official response is %+v (%v)", c, err)
		}
		if err := m.s.SetStatus(m.Context(), m.from.ID, models.Published); models.KindOf(err) != models.Conflict {
			m.Errorf("bringing back what is merged gave %v", err)
		}
		// Life goes on: one takes a vote back, one comes, one gives theirs again,
		// and somebody answers.
		m.vote(m.into, false, 0, 2)
		m.vote(m.into, true, 1, 4)
		m.comment(m.into, official.ID, false)
		m.split(m.from)
		m.want(m.from, models.Published, "1", 3)
		m.want(m.into, models.Published, "34", 1)
		if c, err := m.s.Comment(m.Context(), official.ID); err != nil || !c.Official || c.CaseStudyID != m.from.ID {
			m.Errorf("the official response is %+v (%v)", c, err)
		}
		if _, err := m.s.SplitStudy(m.Context(), m.from.ID); models.KindOf(err) != models.NotFound {
			m.Errorf("taking back what is not merged gave %v", err)
		}
	})
}

func TestMergesOfSeveralAreTakenBackOneByOne(t *testing.T) {
	eachMerging(t, func(m *merging) {
		other := newStudy(m.T, m.s, m.people[5], models.Document{Title: "Other"})
		third := newStudy(m.T, m.s, m.people[5], models.Document{Title: "Third"})
		m.vote(m.from, true, 0, 1)
		m.vote(other, true, 1, 2)
		m.merge(m.from, m.into)
		m.merge(other, m.into)
		m.want(m.into, models.Published, "012", 0)
		// The vote of 1 came with the first, and stays for the second.
		m.split(m.from)
		m.want(m.into, models.Published, "12", 0)
		m.split(other)
		m.want(m.into, models.Published, "", 0)
		m.want(m.from, models.Published, "01", 0)
		m.want(other, models.Published, "12", 0)

		m.merge(m.from, m.into)
		m.merge(m.into, third)
		if _, err := m.s.SplitStudy(m.Context(), m.from.ID); models.KindOf(err) != models.Conflict {
			m.Errorf("taking back the inner of two merges gave %v", err)
		}
		m.want(third, models.Published, "01", 0)
		m.split(m.into)
		m.split(m.from)
		m.want(third, models.Published, "", 0)
		m.want(m.into, models.Published, "", 0)
		m.want(m.from, models.Published, "01", 0)
	})
}

func TestWhatCannotBeMerged(t *testing.T) {
	eachMerging(t, func(m *merging) {
		limited := newStudy(m.T, m.s, m.people[5], models.Document{Title: "Limited", Visibility: models.ToSignedIn})
		here := newStudy(m.T, m.s, m.people[5], models.Document{Title: "Here", Visibility: models.ToOrganisation, Organisation: "RR8"})
		there := newStudy(m.T, m.s, m.people[5], models.Document{Title: "There", Visibility: models.ToOrganisation, Organisation: "RWY"})
		gone := newStudy(m.T, m.s, m.people[5], models.Document{Title: "Gone"})
		m.must(m.s.SetStatus(m.Context(), gone.ID, models.Withdrawn))
		for _, pair := range [][2]models.CaseStudy{{m.from, m.from}, {m.from, limited}, {limited, m.from}, {here, there}, {m.from, gone}, {gone, m.from}} {
			_, err := m.s.MergeStudies(m.Context(), models.StudyMerge{FromID: pair[0].ID, IntoID: pair[1].ID, ByID: m.moderator.ID, Words: "The same"})
			if models.KindOf(err) != models.Invalid {
				m.Errorf("merging %s into %s gave %v", pair[0].Title, pair[1].Title, err)
			}
		}
	})
}

// Votes that are given while a merge is made are lost on neither side, and of
// two merges that would go round in a circle one is refused.
func TestAMergeUnderVotes(t *testing.T) {
	eachMerging(t, func(m *merging) {
		steps := []func(ctx context.Context) error{}
		for _, p := range m.people {
			steps = append(steps, func(ctx context.Context) error {
				_, err := m.s.Vote(ctx, m.into.ID, p.ID, true)
				return err
			}, func(ctx context.Context) error {
				_, err := m.s.Vote(ctx, m.from.ID, p.ID, true)
				if models.KindOf(err) == models.NotFound { // the merge came first
					err = nil
				}
				return err
			})
		}
		merged := make(chan bool, 2)
		for _, pair := range [][2]string{{m.from.ID, m.into.ID}, {m.into.ID, m.from.ID}} {
			steps = append(steps, func(ctx context.Context) error {
				_, err := m.s.MergeStudies(ctx, models.StudyMerge{FromID: pair[0], IntoID: pair[1], ByID: m.moderator.ID, Words: "The same"})
				merged <- err == nil
				if models.KindOf(err) == models.Invalid {
					err = nil
				}
				return err
			})
		}
		run := func(ctx context.Context, step func(context.Context) error) error {
			err := step(ctx)
			if models.KindOf(err) == models.NotFound {
				return nil // a vote for what was merged a moment ago
			}
			return err
		}
		inParallel(m.T, steps, run)
		if first, second := <-merged, <-merged; first == second {
			m.Errorf("merging both ways: %v and %v", first, second)
		}
		for _, cs := range []models.CaseStudy{m.from, m.into} {
			now, err := m.s.CaseStudy(m.Context(), cs.ID)
			m.must(err)
			var votes int64
			m.must(m.s.DB(m.Context()).Table("votes").Where("case_study_id = ?", cs.ID).Count(&votes).Error)
			if int(votes) != now.Votes {
				m.Errorf("%s counts %d votes and has %d", cs.Title, now.Votes, votes)
			}
		}
	})
}
