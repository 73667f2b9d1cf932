package aftermath_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/models"
	"grassroots/models/judging"
)

var link = regexp.MustCompile(`/follow-up/[A-Za-z0-9_-]+`)

// links gives the links of the e-mails that were written, in their order.
func (b *bench) links(t *testing.T) (out []string) {
	t.Helper()
	var texts []string
	if err := b.Store.DB(t.Context()).Raw("SELECT text FROM emails ORDER BY id").Scan(&texts).Error; err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		out = append(out, link.FindString(text))
	}
	return out
}

func (b *bench) ask(t *testing.T) {
	t.Helper()
	for range 2 { // as two nodes would
		if err := b.feature.Ask(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// asks has the winner, and one that was not chosen, wait for what is asked three months
// after the results.
func (b *bench) asks(t *testing.T) (told *int) {
	t.Helper()
	told = new(int)
	service, err := mail.New(b.Store, jobs.New(b.Store, jobs.Config{Now: b.Store.Now}), mail.Config{})
	if err != nil {
		t.Fatal(err)
	}
	b.feature.Mail, b.feature.TellFollowUp = service, func(_ context.Context, _ models.Campaign, _ string, _ bool, people []string) error {
		*told += len(people)
		return nil
	}
	b.decide(t, b.study, judging.Winner)
	b.decide(t, b.enter(t, b.organiser, "Not chosen"), judging.NotChosen)
	b.out(t) // on 26 March; the results were on 25 March
	b.ask(t)
	if n := len(b.links(t)); n != 0 {
		t.Fatalf("%d e-mails before it is due", n)
	}
	b.Clock.Move(91 * 24 * time.Hour) // 25 June, the hour of the results
	b.ask(t)
	return told
}

func TestWinnersAreAskedOnceAndRemindedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		told := b.asks(t)
		sent := b.links(t)
		if len(sent) != 1 || *told != 1 {
			t.Fatalf("%d e-mails, %d told", len(sent), *told)
		}
		b.Client(t).Get(at+"/report").WantText("What became of the entries", "Nothing heard", "asked on 25 June 2026")
		b.Clock.Move(13 * 24 * time.Hour)
		b.ask(t)
		if n := len(b.links(t)); n != 1 {
			t.Fatalf("%d e-mails after 13 days", n)
		}
		b.Clock.Move(2 * 24 * time.Hour)
		b.ask(t)
		b.Clock.Move(10 * 24 * time.Hour)
		b.ask(t)
		sent = b.links(t)
		if len(sent) != 2 || sent[0] == sent[1] || *told != 2 {
			t.Fatalf("%v, %d told", sent, *told)
		}
		for _, where := range sent { // both are good
			b.Client(t).Get(where).Want(http.StatusOK).WantText("3 months after the results", "Letters in minutes")
		}
		var kept []string
		if err := b.Store.DB(t.Context()).Raw("SELECT token_hash || reminder_hash FROM campaign_followups").Scan(&kept).Error; err != nil || len(kept) != 1 || strings.Contains(kept[0], strings.TrimPrefix(sent[0], "/follow-up/")) {
			t.Errorf("%v, %v", kept, err)
		}
		b.Clock.Move(68 * 24 * time.Hour)
		b.Client(t).Get(sent[0]).Want(http.StatusNotFound)
		b.ask(t) // six months are due on 25 September
		if n := len(b.links(t)); n != 3 {
			t.Errorf("%d e-mails: what was asked after six months is missing, or comes twice", n)
		}
	})
}

func TestTheLinkIsAnsweredWithoutSigningIn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.asks(t)
		for _, code := range []string{"RR8", "RWY"} {
			if _, _, err := b.Store.SaveOrganisation(t.Context(), models.Organisation{Code: code, Name: "Trust " + code}); err != nil {
				t.Fatal(err)
			}
		}
		where := b.links(t)[0]
		c := b.Client(t)
		c.Get("/follow-up/none").Want(http.StatusNotFound)
		page := c.Get(where).Want(http.StatusOK)
		if page.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error("the link is given away")
		}
		page.Form(where).Send().WantErrors("Say whether it is still used")
		page.Form(where).Set("answer", "stopped").Set("places", "Nowhere at all").Send().WantErrors("Say why it stopped: others learn most from that", "Enter the name or ODS code of an organisation, such as RR8, on each line")
		page.Form(where).Set("answer", "yes").Set("outcome", "NHS number 943 476 5919").Send().Want(http.StatusUnprocessableEntity)
		page.Form(where).Set("answer", "yes").Set("outcome", strings.Repeat("x", 2001)).Send().WantErrors("This must be 2,000 characters or fewer")
		page.Form(where).Set("answer", "yes").Set("places", "RR8\nRWY\nRR8").Set("outcome", "The round is shorter.").Set("measure", "40 minutes a shift").Send().WantRedirect(where + "?done=1")
		page.Form(where).Set("answer", "no").Send().Want(http.StatusConflict)
		c.Get(where+"?done=1").WantText("Your answer is saved", "The round is shorter.")
		adopted := models.Adoption{ID: b.Store.NewID(), CaseStudyID: b.study.ID, Organisation: "RWY", Status: models.AdoptionInUse, OwnerID: b.ann.ID, CreatedAt: b.Store.Now(), ChangedAt: b.Store.Now()}
		if err := b.Store.AddAdoption(t.Context(), &adopted, b.ann.ID); err != nil {
			t.Fatal(err)
		}
		c.Get(at+"/report").WantText("In use", "The round is shorter.", "40 minutes a shift", "answered on 25 June 2026", "Where it is used Trust RR8", "In use, by the last answer of who entered Number 1").WantNoText("Trust RR8 Trust RWY")

		// Whoever entered corrects it, signed in; nobody else.
		own := at + "/follow-up"
		b.As(t, b.organiser).Get(own).Want(http.StatusOK).WantText("You have not been asked anything")
		list, err := b.Store.FollowUps(t.Context(), b.campaign.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		one := own + "/" + list[0].ID
		b.As(t, b.organiser).Get(one).Want(http.StatusNotFound)
		b.Client(t).Get(one).WantRedirect("/sign-in?next=" + strings.ReplaceAll(one, "/", "%2F"))
		ann := b.As(t, b.ann)
		ann.Get(own).WantText("Letters in minutes", "In use")
		ann.Get(one).Form(one).Set("answer", "stopped").Set("reason", "The money ended.").Send().WantRedirect(one + "?done=1")
		b.Client(t).Get(at+"/report").WantText("Stopped", "The money ended.", "Stopped, by the last answer of who entered Number 1")
		b.Clock.Move(15 * 24 * time.Hour)
		b.ask(t)
		if n := len(b.links(t)); n != 1 {
			t.Errorf("%d e-mails: who has answered is reminded", n)
		}
	})
}

func TestNobodyIsAskedWhoHasLeft(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		if err := b.Store.ClosePerson(t.Context(), b.ann.ID); err != nil {
			t.Fatal(err)
		}
		if told := b.asks(t); *told != 0 || len(b.links(t)) != 0 {
			t.Error("somebody whose account is closed is asked")
		}
	})
}

func TestWhoWantsNoMailOfCampaignsIsAskedInTheSite(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		set := models.DefaultNotifySettings(b.ann.ID)
		set.Choices = map[models.NotifyReason]models.Delivery{models.NotifyCampaign: models.InSite}
		if err := b.Store.SaveNotifySettings(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		if told := b.asks(t); *told != 1 || len(b.links(t)) != 0 {
			t.Errorf("%d told, %d e-mails", *told, len(b.links(t)))
		}
	})
}
