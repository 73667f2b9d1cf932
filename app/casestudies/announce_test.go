package casestudies_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

func TestWhatHappensIsAnnouncedInItsTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		var told []string
		fail := errors.New("nobody can be told")
		var refuse error
		cs.Announce = func(ctx context.Context, what models.EventType, of models.CaseStudy) error {
			if !a.Store.InTx(ctx) {
				t.Errorf("%s is announced outside of its transaction", what)
			}
			told = append(told, string(what)+" "+of.Title)
			return refuse
		}
		nurse := apptest.Person(t, a.Store)
		made := post(t, cs, nurse, "Letters", "They go by MESH.")
		revise := func(title string) error {
			doc := made.Document
			doc.Title = title
			got, err := cs.Revise(t.Context(), &nurse, casestudies.Publication{ID: made.ID, Document: doc, Base: made.Revision})
			if err == nil {
				made = got
			}
			return err
		}
		for _, step := range []func() error{
			func() error { return revise("Other letters") },
			func() error { return revise("Other letters") }, // which changes nothing
			func() error { _, err := cs.Withdraw(t.Context(), &nurse, made.ID, ""); return err },
			func() error { _, err := cs.Withdraw(t.Context(), &nurse, made.ID, ""); return err },
			func() error { return revise("Nobody reads this") },
			func() error { _, err := cs.BringBack(t.Context(), &nurse, made.ID); return err },
		} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"case_study.published Letters", "case_study.revised Other letters", "case_study.withdrawn Other letters", "case_study.published Nobody reads this"}
		if !slices.Equal(told, want) {
			t.Errorf("told of\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
		refuse = fail
		if err := revise("Never"); !errors.Is(err, fail) {
			t.Errorf("it is %v", err)
		}
		if now, err := a.Store.CaseStudy(t.Context(), made.ID); err != nil || now.Title != "Nobody reads this" {
			t.Errorf("it is called %q, %v", now.Title, err)
		}
	})
}
