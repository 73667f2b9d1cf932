package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// The number beside one's name never counts what is not there to be read: not what
// was withdrawn, deleted or hidden, and again when it is back.
func TestTheUnreadAreThoseThatCanBeRead(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		moderator := apptest.Person(w.t, w.Store, apptest.Named("mod", "Mo"), apptest.WithRole(models.RoleModerator))
		cs := w.post(author, models.Document{Title: "Letters"})
		w.follow(reader, models.FollowStudy, cs.Slug)
		c := w.comment(author, cs, "", "So.")
		kept := w.comment(author, cs, "", "And so.")
		w.work()
		w.want(reader, "Ann commented on Letters", "Ann commented on Letters")
		if _, err := w.whole.Comments.Delete(w.t.Context(), &author, c.ID); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.want(reader, "Ann commented on Letters")
		for range 2 { // doing it again changes nothing
			if _, err := w.whole.CaseStudies.Withdraw(w.t.Context(), &author, cs.ID, ""); err != nil {
				w.t.Fatal(err)
			}
			w.work()
			w.want(reader)
		}
		if _, err := w.whole.CaseStudies.BringBack(w.t.Context(), &author, cs.ID); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.want(reader, "Ann commented on Letters")
		w.As(w.t, moderator).Post("/moderation/act/comment/"+kept.ID, url.Values{"action": {"hide"}, "reason": {"unkind"}, "words": {"Say it kindly."}}).Want(http.StatusSeeOther)
		w.work()
		w.want(reader)
	})
}
