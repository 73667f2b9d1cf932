package comments_test

import (
	"context"
	"slices"
	"testing"

	"grassroots/app/comments"
	"grassroots/models"
)

func TestWhatHappensToCommentsIsAnnounced(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var told []string
		b.comments.Announce = func(ctx context.Context, what models.EventType, c models.Comment, on models.CaseStudy) error {
			if !b.Store.InTx(ctx) || on.ID != b.study.ID {
				t.Errorf("%s is announced outside of its transaction, or of %q", what, on.Title)
			}
			told = append(told, string(what)+" "+c.Body)
			return nil
		}
		priya := b.person("priya", "Priya Nair")
		m := b.say(priya, comments.NewComment{Body: "How long did it take?"})
		for range 2 {
			if _, err := b.comments.Delete(t.Context(), &priya, m.ID); err != nil {
				t.Fatal(err)
			}
		}
		if want := []string{"comment.created How long did it take?", "comment.deleted How long did it take?"}; !slices.Equal(told, want) {
			t.Errorf("told of %q, want %q", told, want)
		}
	})
}
