package aftermath_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
)

func TestOrganisersRecordWhatWasAwarded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		where := at + "/awards"
		b.As(t, b.ann).Get(where).Want(http.StatusForbidden)
		c := b.As(t, b.organiser)
		c.Get(where).WantText("Nobody has won yet")
		b.decide(t, b.study, judging.Winner)
		other := b.enter(t, b.ann, "Not chosen")
		b.decide(t, other, judging.NotChosen)
		if _, _, err := b.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals"}); err != nil {
			t.Fatal(err)
		}
		c.Get(where).Form(where).Set("amount", "12.345").Set("purpose", "").Set("awarded_on", "2026-03-05").Set("organisation", "Nowhere at all").Send().
			WantErrors("Enter an amount in pounds and pence, such as 1,250.50", "Say what it is for", "Enter a day that is not in the future", "Enter the name or ODS code of an organisation, such as RR8, or nothing")
		c.Post(where, url.Values{"version": {"0"}, "study": {other.ID}, "amount": {"5"}, "purpose": {"Tea"}, "awarded_on": {"2026-03-04"}}).WantErrors("Choose an entry that won or was commended")
		c.Get(where).Form(where).Set("amount", "£1,250.50").Set("purpose", "Two scanners").Set("organisation", "rr8").Set("note", "By the academy").Send().WantRedirect(where)
		c.Get(where).WantText("£1,250.50", "Two scanners", "By the academy", "Awarded so far: £1,250.50")
		c.Get(where).Form(at+"/fund").Set("fund", "much").Send().WantErrors("Enter an amount in pounds and pence, such as 10,000, or nothing")
		c.Get(where).Form(at+"/fund").Set("fund", "1000").Send().WantRedirect(where)
		c.Get(where).WantText("That is £250.50 more than there is.")
		list, err := b.Store.Awards(t.Context(), b.campaign.ID)
		if err != nil || len(list) != 1 || list[0].Pence != 125050 {
			t.Fatal(list, err)
		}
		one := where + "/" + list[0].ID
		stale := c.Get(one).Want(http.StatusOK)
		stale.Form(one).Set("amount", "900").Send().WantRedirect(where)
		stale.Form(one).Set("amount", "800").Send().Want(http.StatusConflict)
		c.Get(where).WantText("Left of the fund: £100")
		b.Client(t).Get(at + "/report").WantNoText("£900")
		b.out(t)
		b.Client(t).Get(at+"/report").WantText("What was awarded", "£900", "Two scanners", "Awarded: £900 of £1,000").WantNoText("By the academy")
		if body := b.Client(t).Get(at + "/report.csv").Body; !strings.Contains(body, "awards,Letters in minutes,Amount,£900\r\n") {
			t.Error(body)
		}
		c = b.As(t, b.organiser)
		c.Get(where + "/01JD3Z6V7Q8R9S0T1V2W3X4Y5Z").Want(http.StatusNotFound)
		c.Post(one+"/remove", nil).WantRedirect(where)
		c.Post(one+"/remove", nil).Want(http.StatusNotFound)
		b.Client(t).Get(at + "/report").WantNoText("What was awarded")
	})
}

func TestPoundsAndPence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"1": 100, "£1,250.50": 125050, " 0.07 ": 7, "12.5": 1250, "1000000000": aftermath.MostPence, "": -1, "-1": -1, "1.": -1, "1.234": -1, "1e3": -1, "１": -1, "1000000000.01": -1, "99999999999999999999": -1, ".5": -1} {
		got, ok := aftermath.ParsePounds(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	for pence, want := range map[int64]string{7: "£0.07", 100: "£1", 125050: "£1,250.50", 123456789: "£1,234,567.89"} {
		if got := aftermath.Pounds(pence); got != want {
			t.Errorf("%d is %q", pence, got)
		}
	}
}

func TestCampaignsAreCompared(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.out(t)
		now := b.Store.Now()
		for _, title := range []string{"Small things", "To come"} {
			c := models.Campaign{ID: b.Store.NewID(), OwnerID: b.organiser.ID, Title: title, Template: models.CampaignIdeas, PublishedAt: &now,
				Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.AddDate(0, 0, -28)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, -14)}}}
			if title == "To come" {
				c.Steps[1].Starts = now.Add(24 * time.Hour)
			}
			if err := b.Store.CreateCampaign(t.Context(), &c); err != nil {
				t.Fatal(err)
			}
		}
		c := b.Client(t)
		c.Get("/campaigns/compare").Want(http.StatusOK).WantText("Release time to care", "Small things").WantNoText("To come", "Side by side")
		const two = "?campaign=release-time-to-care&campaign=small-things"
		c.Get("/campaigns/compare"+two).Want(http.StatusOK).WantText("Side by side", "Weeks open for entries Release time to care 2.0 Small things 2.0", "Entries in a week, of those open for entries Release time to care 0.5 Small things 0.0", "Not counted")
		if body := c.Get("/campaigns/compare.csv" + two).Want(http.StatusOK).Body; !strings.Contains(body, "Figure,Release time to care,Small things\r\n") || !strings.Contains(body, "Entries,1,0\r\n") {
			t.Error(body)
		}
		for query, status := range map[string]int{"?campaign=small-things": 400, "?campaign=small-things&campaign=small-things": 400, "?campaign=small-things&campaign=no-such": 404, "?campaign=small-things&campaign=to-come": 409, "?x=1": 400,
			"?campaign=a&campaign=b&campaign=c&campaign=d&campaign=e&campaign=f&campaign=g": 400, "?campaign=%ff%00&campaign=small-things": 404} {
			c.Get("/campaigns/compare" + query).Want(status)
			if query != "" {
				c.Get("/campaigns/compare.csv" + query).Want(status)
			}
		}
		b.As(t, b.organiser).Get("/campaigns/compare?campaign=small-things&campaign=to-come").Want(http.StatusOK)
		get := func() { b.Client(t).Get("/campaigns/compare" + two).Want(http.StatusOK) }
		get()
		before := len(b.Statements(get))
		b.enter(t, b.ann, "Another")
		if after := len(b.Statements(get)); after != before {
			t.Errorf("%d statements, with an entry more %d", before, after)
		}
	})
}

func TestOfTwoWhoSaveTheFundAtOnceOneIsTold(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for version := range 3 {
			var errs [4]error
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					errs[i] = b.Store.SaveFund(context.WithoutCancel(t.Context()), &aftermath.Fund{CampaignID: b.campaign.ID, Pence: int64(100 * (i + 1)), Version: version})
				})
			}
			all.Wait()
			saved := 0
			for _, err := range errs {
				if err == nil {
					saved++
				} else if models.KindOf(err) != models.Conflict {
					t.Error(err)
				}
			}
			if saved != 1 {
				t.Errorf("from version %d, %d were saved", version, saved)
			}
		}
	})
}
