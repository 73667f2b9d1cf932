package panels_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"grassroots/models"
)

func TestWhatIsShortlistedGoesToTheJudges(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		to := at + "/shortlist"
		c := b.As(t, b.organiser)
		b.As(t, b.ann).Get(to).Want(http.StatusForbidden)
		c.Get(to).WantText("This campaign has no stage of shortlisting, so every entry goes to the judges.")
		c.Get(at + "/panel").WantNoText("Shortlist")
		c.Post(to+"/"+b.study.ID, url.Values{"decision": {"yes"}, "version": {"0"}}).Want(http.StatusConflict)

		day := 24 * time.Hour
		of := b.campaign
		of.Steps = append([]models.CampaignStep{of.Steps[0], {Stage: models.CampaignShortlist, Starts: b.Store.Now().Add(day)}}, of.Steps[1:]...)
		if err := b.Store.SaveCampaign(t.Context(), &of); err != nil {
			t.Fatal(err)
		}
		c.Get(to).WantText("Shortlisting begins on")
		c.Post(to+"/"+b.study.ID, url.Values{"decision": {"yes"}, "version": {"0"}}).Want(http.StatusConflict).WantText("Shortlisting begins on")
		b.Clock.Move(25 * time.Hour)
		c = b.As(t, b.organiser)
		c.Post(to+"/"+b.ann.ID, url.Values{"decision": {"yes"}, "version": {"0"}}).Want(http.StatusNotFound)
		one := to + "/" + b.study.ID
		c.Get(one).Form(one).Send().WantErrors("Choose whether it goes to the judges")
		c.Get(one).Form(one).Set("decision", "no").Send().WantErrors("Say why it is not shortlisted: those who entered read it with the results")
		c.Get(one).Form(one).Set("decision", "no").Set("reason", "NHS number 943 476 5919").Send().Want(http.StatusUnprocessableEntity)
		stale := c.Get(one)
		c.Get(one).Form(one).Set("decision", "no").Set("reason", "It has no figures yet.").Send().WantRedirect(to)
		kept := stale.Form(one).Set("decision", "yes").Set("reason", "I like it").Send().Want(http.StatusConflict).WantText("Somebody has decided on this entry meanwhile")
		if got := kept.Form(one).Values.Get("reason"); got != "I like it" {
			t.Errorf("what was typed became %q", got)
		}
		c.Post(to, nil).WantErrors("Choose the entries that go to the judges")
		c.Post(to, url.Values{"entries": {b.other.ID, b.other.ID, b.ann.ID}}).WantRedirect(to)
		c.Get(to).WantText("1 entry is shortlisted.", "Every entry is decided on.", "It has no figures yet.", "Decided by Olga Organiser")
		c.Get(at + "/panel").WantText("1 entry is not on it, and is not given out.")

		// Nobody learns of it before the results.
		b.As(t, b.ann).Get(at + "/results").WantNoText("shortlisted")
		b.begin(t, url.Values{"per_entry": {"3"}})
		for i := range b.judges {
			b.desk(t, i).Get(at + "/judging").WantNoText("Letters by Ann Author")
		}
		b.desk(t, 0).Get(at + "/judging").WantText("Beds in sight")
		b.score(t, 0, b.other, 4, 4)
		c = b.As(t, b.organiser)
		other := to + "/" + b.other.ID
		c.Get(other).Form(other).Set("decision", "no").Set("reason", "Second thoughts").Send().Want(http.StatusConflict).WantText("A judge has begun to score this entry")
		// What was left out can still come in, and goes out when entries are given out again.
		c.Get(one).Form(one).Set("decision", "yes").Set("reason", "The figures came.").Send().WantRedirect(to)
		c.Post(at+"/panel/assign", nil).WantRedirect(at + "/panel")
		b.desk(t, 1).Get(at + "/judging").WantText("Letters by Ann Author")
		c.Get(one).Form(one).Set("decision", "no").Set("reason", "They were wrong.").Send().WantRedirect(to)
		b.desk(t, 1).Get(at + "/judging").WantNoText("Letters by Ann Author")
		b.Clock.Move(15 * day)
		c = b.As(t, b.organiser)
		c.Post(one, url.Values{"decision": {"yes"}, "version": {"3"}}).Want(http.StatusConflict).WantText("Judging is over")
		b.As(t, b.ann).Get(at+"/results").WantText("It was not shortlisted, so it did not go to the judges.", "They were wrong.").WantNoText("The judges have written none.")
		b.Client(t).Get(at + "/results").WantNoText("They were wrong.")
		b.As(t, b.organiser).Get(at+"/results").WantText("It was shortlisted.", "Well told, number 0.")
	})
}
